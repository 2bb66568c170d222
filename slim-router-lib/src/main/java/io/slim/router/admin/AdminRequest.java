package io.slim.router.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.slim.router.loop.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question and its answer: as much of HTTP/1.1 as {@code curl} and Prometheus need. Gets lines. Whoever
 * asks slowly, or reads slowly, is cut off. Only the event loop touches it.
 */
final class AdminRequest extends SimpleChannelInboundHandler<ByteBuf> {

    private static final Logger LOG = LoggerFactory.getLogger(AdminRequest.class);
    private static final long DEADLINE_SECONDS = 10;
    private static final int MOST_HEADERS = 64;

    private final StatusReader reader;
    private final Executor writer;
    private final Set<AdminPage> pages;
    private final @Nullable AdminActions actions;
    private @Nullable String firstLine;
    private int headers;
    private boolean answered;

    /**
     * One question.
     *
     * @param actions what can be asked for by POST; null if nothing can
     */
    AdminRequest(StatusReader reader, Executor writer, Set<AdminPage> pages, @Nullable AdminActions actions) {
        this.reader = reader;
        this.writer = writer;
        this.pages = pages;
        this.actions = actions;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ScheduledFuture<?> deadline =
                ctx.executor().schedule(() -> Channels.close(ctx.channel()), DEADLINE_SECONDS, TimeUnit.SECONDS);
        ctx.channel().closeFuture().addListener(closed -> deadline.cancel(false));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
        String line = bytes.toString(StandardCharsets.ISO_8859_1);
        if (answered) {
            return;
        }
        if (firstLine == null) {
            firstLine = line;
        } else if (line.isEmpty()) {
            answered = true;
            answer(ctx, firstLine);
        } else if (++headers > MOST_HEADERS) {
            answered = true;
            send(ctx, "431 Request Header Fields Too Large", "text/plain", "too many header fields\n");
        }
    }

    private void answer(ChannelHandlerContext ctx, String request) {
        String[] words = request.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            send(ctx, "400 Bad Request", "text/plain", "not understood (expected: GET /status HTTP/1.1)\n");
            return;
        }
        if (words[0].equals("POST") && actions != null) {
            act(ctx, words[1], actions);
            return;
        }
        if (!words[0].equals("GET")) {
            String expected = actions == null ? "GET" : "GET, or POST";
            send(ctx, "405 Method Not Allowed", "text/plain", words[0] + " (expected: " + expected + ")\n");
            return;
        }
        Optional<AdminPage> page = AdminPage.at(words[1]).filter(pages::contains);
        if (page.isEmpty()) {
            String known = pages.stream().map(AdminPage::path).sorted().collect(Collectors.joining(", "));
            send(ctx, "404 Not Found", "text/plain", "not here (expected: " + known + ")\n");
            return;
        }
        CompletableFuture<?> unused = page.get()
                .view(reader)
                .handleAsync((view, failure) -> render(ctx, page.get(), view, failure), writer)
                .exceptionally(failure -> failed(ctx, failure));
    }

    private void act(ChannelHandlerContext ctx, String target, AdminActions all) {
        CompletableFuture<?> unused = CompletableFuture.runAsync(() -> act(ctx, all, target), writer)
                .exceptionally(failure -> failed(ctx, failure));
    }

    private static void act(ChannelHandlerContext ctx, AdminActions all, String target) {
        try {
            QueryText query = QueryText.of(target);
            AdminAction action = all.at(query.path());
            if (AdminPage.at(query.path()).isPresent()) {
                send(ctx, "405 Method Not Allowed", "text/plain", "POST (expected: GET)\n");
            } else if (action == null) {
                String known = String.join(", ", AdminActions.paths());
                send(ctx, "404 Not Found", "text/plain", "not here (expected: " + known + ")\n");
            } else {
                send(ctx, "200 OK", "application/json", action.run(query.parameters()));
            }
        } catch (AdminException | IllegalArgumentException e) {
            send(ctx, "409 Conflict", "text/plain", e.getMessage() + "\n");
        }
    }

    private static @Nullable Void render(
            ChannelHandlerContext ctx, AdminPage page, @Nullable AdminView view, @Nullable Throwable failure) {
        if (view == null) {
            send(ctx, "503 Service Unavailable", "text/plain", "the router is closing: " + failure + "\n");
        } else {
            send(ctx, "200 OK", page.contentType(), page.render(view));
        }
        return null;
    }

    private static @Nullable Void failed(ChannelHandlerContext ctx, Throwable cause) {
        LOG.error("an answer to an operator cannot be written", cause);
        Channels.close(ctx.channel());
        return null;
    }

    private static void send(ChannelHandlerContext ctx, String code, String contentType, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + code + "\r\nContent-Type: " + contentType + "\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        ctx.writeAndFlush(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.ISO_8859_1), body))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** A line that is too long, a reset: that one is over, and nobody else notices. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Channels.close(ctx.channel());
    }
}
