package io.slim.router.policy;

import io.slim.api.Subscription;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import io.slim.router.file.WatchedFile;
import java.nio.file.Path;

/** Answers from a file, and reads it again when it has changed; {@code docs/policy.md} describes it. */
final class FilePolicy implements ConnectionPolicy {

    private final WatchedFile<PolicyRules> file;

    FilePolicy(Path file) {
        this.file = new WatchedFile<>(file, PolicyFile::read);
    }

    @Override
    public PolicyVerdict decide(ConnectionRequest request) {
        return file.content().decide(request);
    }

    @Override
    public Subscription onChange(Runnable listener) {
        return file.onChange(listener);
    }

    @Override
    public void close() {
        file.close();
    }
}
