package io.slim.router.control;

import io.slim.router.lab.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stands between the routers of 127.0.0.1 and 127.0.0.2 and keeps what they say. It dials from the client's address: a
 * router speaks for the address that it comes from.
 */
final class Recorder implements AutoCloseable {

    private static final String SERVER = "127.0.0.2";

    private final ServerSocket listening = new ServerSocket();
    private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream();
    private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream();
    private final Thread main;

    Recorder(int dialled, int behind) throws IOException {
        listening.bind(new InetSocketAddress(SERVER, dialled));
        main = new Thread(() -> serve(behind), "recorder");
        main.start();
    }

    private void serve(int behind) {
        try (Socket client = listening.accept();
                Socket server = new Socket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.connect(new InetSocketAddress(SERVER, behind));
            Thread back = new Thread(() -> copy(server, client, fromServer), "recorder-back");
            back.start();
            copy(client, server, fromClient);
            back.join();
        } catch (IOException e) {
            // Closed before somebody came.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to, ByteArrayOutputStream kept) {
        byte[] chunk = new byte[4096];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
                kept.write(chunk, 0, read);
                out.write(chunk, 0, read);
            }
        } catch (IOException e) {
            // The other direction has ended the conversation.
        }
    }

    /** Waits until both ends have said that they are still there. */
    void awaitHeartbeats() throws Exception {
        for (ByteArrayOutputStream kept : new ByteArrayOutputStream[] {fromClient, fromServer}) {
            Eventually.get(
                    () -> Frames.split(kept.toByteArray()).stream().anyMatch(Wire.Message::hasHeartbeat),
                    Boolean::booleanValue);
        }
    }

    /** Writes {@code v1-client.bin} and {@code v1-server.bin}, or what the version is. */
    void write(Path directory) throws IOException {
        String version = "v" + Version.HIGHEST;
        Files.write(directory.resolve(version + "-client.bin"), fromClient.toByteArray());
        Files.write(directory.resolve(version + "-server.bin"), fromServer.toByteArray());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
