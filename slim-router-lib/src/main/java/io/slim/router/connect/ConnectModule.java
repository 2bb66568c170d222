package io.slim.router.connect;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import io.slim.router.secure.SecureMode;

/** The parts that answer CONNECT, in either mode. */
public final class ConnectModule extends AbstractModule {

    /** Nothing is needed to make it. */
    public ConnectModule() {}

    @Override
    protected void configure() {
        one(Verdicts.class);
        one(ConnectService.class);
        one(GrantSource.class);
        one(Heartbeats.class);
        one(Trials.class);
        one(RouteFinder.class);
        one(Ways.class);
        one(WaySearch.class);
        one(Virtuals.class);
        one(SecureConnects.class);
    }

    private void one(Class<?> type) {
        bind(type).in(Scopes.SINGLETON);
    }

    @Provides
    @Singleton
    Connects connects(SecureMode secure, Provider<ConnectService> nonSecure, Provider<SecureConnects> confined) {
        return secure.isOn() ? confined.get() : nonSecure.get();
    }
}
