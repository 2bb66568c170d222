package io.slim.resolver.calico;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.slim.resolver.common.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calico's datastore in etcd: lists what is there, then watches from that revision on. What etcd has forgotten meanwhile
 * (compaction) is listed again.
 *
 * <p>A watch is silent when nothing changes and when the connection is dead alike, so etcd is asked something small every few
 * seconds.
 */
final class EtcdSource implements Source {

    private static final long ANSWER_MILLIS = 5000;
    private static final long QUIET_MILLIS = 2000;
    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MOST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** No value is longer than 1.5 MiB (etcd's --max-request-bytes), no message than {@link EtcdClient#MOST_BYTES}. */
    private static final long PAGE = 20;

    private static final ByteSequence AFTER = ByteSequence.from(new byte[1]);
    /** More news than that at one time, and all is listed again. */
    private static final int MOST_WAITING = 10_000;

    private final CalicoOptions options;
    private final List<Keys> all;

    EtcdSource(CalicoOptions options) {
        this.options = options;
        String resources = options.prefix() + "/resources/v3/projectcalico.org/";
        this.all = List.of(
                new Keys(
                        options.prefix() + "/ipam/v2/assignment/",
                        (state, key, json) ->
                                state.block(key, json == null ? null : () -> CalicoJson.block(CalicoJson.tree(json)))),
                new Keys(
                        resources + "nodes/",
                        (state, key, json) -> state.node(
                                key.substring(key.lastIndexOf('/') + 1),
                                json == null ? null : () -> CalicoJson.node(CalicoJson.tree(json)))),
                new Keys(
                        resources + "ippools/",
                        (state, key, json) ->
                                state.pool(key, json == null ? null : () -> CalicoJson.pool(CalicoJson.tree(json)))));
    }

    /** The keys under a prefix, which ends with a slash, and how their values are taken; null for one that is gone. */
    private record Keys(String prefix, Taking taking) {

        /** The first key after all that have the prefix. */
        String end() {
            return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
        }
    }

    private interface Taking {
        void take(CalicoState state, String key, byte @Nullable [] json);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    @Override
    public void follow(Feed feed) throws Exception {
        try (Client client = EtcdClient.connect(options)) {
            while (true) {
                try {
                    listAndWatch(client, feed);
                } catch (CompactedException e) {
                    // What was missed is not told any more.
                }
            }
        }
    }

    private void listAndWatch(Client client, Feed feed) throws Exception {
        CalicoState state = new CalicoState(options);
        long revision = list(client, state);
        BlockingQueue<News> news = new LinkedBlockingQueue<>(MOST_WAITING);
        List<Watch.Watcher> watchers = new ArrayList<>();
        try {
            for (Keys keys : all) {
                watchers.add(watch(client, keys, revision + 1, news));
            }
            publish(state, revision, feed);
            while (true) {
                @Nullable News first = news.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    answer(client.getKVClient().get(bytes(all.get(0).prefix()), COUNT));
                    feed.confirm();
                } else {
                    revision = Math.max(revision, take(first, news, state));
                    pauseAfter(publish(state, revision, feed));
                }
            }
        } finally {
            watchers.forEach(Watch.Watcher::close);
        }
    }

    private static final GetOption COUNT =
            GetOption.builder().isPrefix(true).withCountOnly(true).build();

    /** All of it at one revision, in pages: as one answer it may be more than a message can hold. */
    private long list(Client client, CalicoState state) throws Exception {
        long revision = 0;
        for (Keys keys : all) {
            ByteSequence next = bytes(keys.prefix());
            boolean more = true;
            while (more) {
                GetOption option = GetOption.builder()
                        .withRange(bytes(keys.end()))
                        .withRevision(revision)
                        .withLimit(PAGE)
                        .build();
                GetResponse page = answer(client.getKVClient().get(next, option));
                revision = revision == 0 ? page.getHeader().getRevision() : revision;
                for (KeyValue each : page.getKvs()) {
                    keys.taking()
                            .take(
                                    state,
                                    each.getKey().toString(),
                                    each.getValue().getBytes());
                    next = each.getKey().concat(AFTER);
                }
                more = page.isMore() && !page.getKvs().isEmpty();
            }
        }
        return revision;
    }

    private static <T> T answer(CompletableFuture<T> asked) throws Exception {
        try {
            return asked.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CompactedException compacted) {
                throw compacted;
            }
            throw new IOException("etcd", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("etcd: no answer within " + ANSWER_MILLIS + " ms", e);
        } finally {
            asked.cancel(true);
        }
    }

    /** Something that a watch has said. */
    private record News(
            Keys keys,
            @Nullable WatchResponse response,
            @Nullable Throwable failure) {}

    private static Watch.Watcher watch(Client client, Keys keys, long from, BlockingQueue<News> news) {
        WatchOption option = WatchOption.builder()
                .isPrefix(true)
                .withRevision(from)
                .withProgressNotify(true)
                .build();
        return client.getWatchClient()
                .watch(
                        bytes(keys.prefix()),
                        option,
                        Watch.listener(
                                response -> tell(news, new News(keys, response, null)),
                                failure -> tell(news, new News(keys, null, failure)),
                                () -> tell(news, new News(keys, null, new IOException("etcd has ended the watch")))));
    }

    /** If there is no room the reader is behind by so much that it had better list again. */
    private static void tell(BlockingQueue<News> news, News next) {
        if (!news.offer(next)) {
            news.clear();
            boolean unused = news.offer(new News(
                    next.keys(), null, new IOException("more than " + MOST_WAITING + " changes wait to be read")));
        }
    }

    /** Takes all that is there. */
    private static long take(News first, BlockingQueue<News> news, CalicoState state) throws Exception {
        List<News> all = new ArrayList<>(List.of(first));
        news.drainTo(all);
        long revision = 0;
        for (News each : all) {
            if (each.failure() instanceof CompactedException compacted) {
                throw compacted;
            }
            if (each.response() == null) {
                throw new IOException("etcd", each.failure());
            }
            revision = Math.max(revision, each.response().getHeader().getRevision());
            for (WatchEvent event : each.response().getEvents()) {
                boolean gone = event.getEventType() == WatchEvent.EventType.DELETE;
                each.keys()
                        .taking()
                        .take(
                                state,
                                event.getKeyValue().getKey().toString(),
                                gone ? null : event.getKeyValue().getValue().getBytes());
            }
        }
        return revision;
    }

    /** Tells how long it took. */
    private static long publish(CalicoState state, long revision, Feed feed) {
        long start = System.nanoTime();
        feed.publish(state.table(), revision + state.remark());
        return System.nanoTime() - start;
    }

    /** Blocks change with every container that starts: a third of a processor goes into this at most. */
    private static void pauseAfter(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.min(MOST_PAUSE_NANOS, Math.max(LEAST_PAUSE_NANOS, 2 * nanos)));
    }
}
