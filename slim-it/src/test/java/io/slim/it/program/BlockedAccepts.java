package io.slim.it.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code PORT}: three threads block in accept() on one ServerSocket and print the address of each client. A client that sends a byte has it closed, which
 * every thread must notice; then the process prints "closed" and lives on.
 */
final class BlockedAccepts {
    private static final int THREADS = 3;

    private final ServerSocket server;

    private BlockedAccepts(ServerSocket server) {
        this.server = server;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        BlockedAccepts blocked = new BlockedAccepts(
                new ServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getByName("0.0.0.0")));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(blocked::acceptUntilClosed));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("closed");
        Thread.currentThread().join(); // Lives on: it must be the close that ends the listener.
    }

    private void acceptUntilClosed() {
        try {
            while (true) {
                Socket client = server.accept();
                System.out.println(client.getInetAddress().getHostAddress());
                new Thread(() -> serve(client)).start();
            }
        } catch (SocketException e) {
            System.out.println("ended: " + e.getMessage());
        } catch (IOException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }

    private void serve(Socket client) {
        try (client) {
            if (client.getInputStream().read() >= 0) {
                server.close();
            }
        } catch (IOException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }
}
