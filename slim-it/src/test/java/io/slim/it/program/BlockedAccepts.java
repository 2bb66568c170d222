package io.slim.it.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code PORT}: three threads block in accept() on one ServerSocket and print the address of each client. A client that sends a byte has it closed, which
 * every thread must notice; then the process prints "closed" and lives on.
 */
final class BlockedAccepts {
    private static final int THREADS = 3;
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final ServerSocket server;
    private final List<Thread> threads = new ArrayList<>();

    private BlockedAccepts(ServerSocket server) {
        this.server = server;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        BlockedAccepts blocked = new BlockedAccepts(
                new ServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getByName("0.0.0.0")));
        for (int i = 0; i < THREADS; i++) {
            blocked.threads.add(new Thread(blocked::acceptUntilClosed));
        }
        blocked.threads.forEach(Thread::start);
        for (Thread thread : blocked.threads) {
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
                awaitBlocked();
                server.close();
            }
        } catch (IOException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }

    /** One that is still on its way back to accept() would be told of the close by the JDK, not by the kernel. */
    private void awaitBlocked() {
        while (!threads.stream().allMatch(BlockedAccepts::isInAccept)) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static boolean isInAccept(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.NioSocketImpl")
                        && frame.getMethodName().equals("accept"));
    }
}
