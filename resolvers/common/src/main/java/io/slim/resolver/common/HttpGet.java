package io.slim.resolver.common;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is behind a URL, with a bound for its size and for the time it takes. No redirects, no proxies. One thread
 * reads; any may {@link #abort}.
 */
public final class HttpGet {

    private static final int CONNECT_MILLIS = 2000;
    private static final int CHUNK = 64 * 1024;

    private final URI url;
    private final Map<String, String> headers;
    private final Duration deadline;
    private final int mostBytes;
    private volatile @Nullable HttpURLConnection current;
    private volatile boolean aborted;

    /**
     * Prepares.
     *
     * @param headers to send
     * @param deadline for an answer to begin, and again for all of it to be there
     * @param mostBytes of the answer's body; more is an error
     */
    public HttpGet(URI url, Map<String, String> headers, Duration deadline, int mostBytes) {
        this.url = url;
        this.headers = Map.copyOf(headers);
        this.deadline = deadline;
        this.mostBytes = mostBytes;
    }

    /**
     * Asks once.
     *
     * @return the body of an answer with status 200
     * @throws IOException for any other answer, or none; the message names the URL
     */
    public byte[] read() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout((int) Math.min(CONNECT_MILLIS, deadline.toMillis()));
        connection.setReadTimeout((int) deadline.toMillis());
        connection.setRequestProperty("Connection", "close");
        headers.forEach(connection::setRequestProperty);
        current = connection;
        try {
            if (aborted) {
                throw new IOException("closed");
            }
            return body(connection);
        } catch (SocketTimeoutException e) {
            throw new IOException(url + ": no answer within " + deadline.toMillis() + " ms", e);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(url.toString()) ? e : new IOException(url + ": " + message, e);
        } catch (RuntimeException e) {
            // What the JDK's client thinks of some answers that are not HTTP.
            throw new IOException(url + ": not an answer over HTTP", e);
        } finally {
            current = null;
            connection.disconnect();
        }
    }

    private byte[] body(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException(url + ": "
                    + (status < 0 ? "not an answer over HTTP" : "HTTP status " + status + " (expected: 200)"));
        }
        if (connection.getContentLengthLong() > mostBytes) {
            throw tooLong(connection.getContentLengthLong() + " bytes");
        }
        long end = System.nanoTime() + deadline.toNanos();
        byte[] read = new byte[CHUNK];
        int size = 0;
        try (InputStream in = connection.getInputStream()) {
            int count = in.read(read, 0, CHUNK);
            while (count >= 0) {
                size += count;
                if (size > mostBytes) {
                    throw tooLong("more");
                }
                if (System.nanoTime() - end > 0) {
                    throw new SocketTimeoutException(size + " bytes so far");
                }
                if (size == read.length) {
                    read = Arrays.copyOf(read, (int) Math.min(2L * size, mostBytes + 1L));
                }
                count = in.read(read, size, read.length - size);
            }
        }
        return Arrays.copyOf(read, size);
    }

    private IOException tooLong(String what) {
        return new IOException(url + ": " + what + " (expected: at most " + mostBytes + " bytes)");
    }

    /** Ends a {@link #read} that is under way, and all later ones. */
    public void abort() {
        aborted = true;
        HttpURLConnection connection = current;
        if (connection != null) {
            connection.disconnect();
        }
    }
}
