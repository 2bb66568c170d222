package io.slim.resolver.cluster.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import java.nio.file.Path;
import java.util.List;

/**
 * An API server, with nothing in it that tests would see: the mock server of the client library, which keeps objects, lists
 * and watches them over HTTP as the real one does; or a real one, if {@code -Dslim.kubernetes.apiserver=FILE} says where
 * there is a kube-apiserver (it needs etcd).
 */
public interface ApiServer extends AutoCloseable {

    /**
     * Starts one.
     *
     * @param directory for what it needs; empty
     * @param groups of custom resources that are not there before one is {@linkplain #define defined}; the mock server would
     *     say of any that it is
     */
    static ApiServer start(Path directory, String... groups) throws Exception {
        String real = System.getProperty("slim.kubernetes.apiserver");
        return real == null ? new MockApiServer(directory, List.of(groups)) : RealApiServer.emptied(Path.of(real));
    }

    /** How a resolver is told of it. */
    Path kubeconfig();

    /** Stops it, as a crash does. */
    void stop() throws Exception;

    /** Starts it again where it was; whether it still has its objects is not said. */
    void start() throws Exception;

    /** Somebody who may do all. */
    KubernetesClient client();

    /** Custom resources of this kind can be put there from now on. */
    void define(CustomResourceDefinitionContext kind) throws Exception;

    /** Puts an object there, in YAML, as it is or in place of the one of that name. */
    void put(String yaml) throws Exception;

    /** Removes the object of that name. */
    default void delete(String yaml) {
        HasMetadata object = client().getKubernetesSerialization().unmarshal(yaml);
        client().resource(object).withGracePeriod(0).delete();
    }

    @Override
    void close() throws Exception;
}
