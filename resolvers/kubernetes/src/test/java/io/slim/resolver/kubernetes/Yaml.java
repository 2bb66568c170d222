package io.slim.resolver.kubernetes;

/** Objects as a cluster has them. */
final class Yaml {

    private Yaml() {}

    static String pod(String name, String address, String host) {
        return pod(name, address, host, "Running", false);
    }

    /** One without an address has not started yet. */
    static String pod(String name, String address, String host, String phase, boolean hostNetwork) {
        String addresses =
                address.isEmpty() ? "" : ", podIP: \"%s\", podIPs: [{ip: \"%s\"}]".formatted(address, address);
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: default}
                spec: {hostNetwork: %s, nodeName: n, containers: [{name: c, image: i}]}
                status: {phase: %s, hostIP: "%s", hostIPs: [{ip: "%s"}]%s}
                """.formatted(name, hostNetwork, phase, host, host, addresses);
    }

    static String node(String name, String address, String note) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %s, annotations: {%s}}
                status: {addresses: [{type: InternalIP, address: "%s"}, {type: Hostname, address: %s}]}
                """.formatted(name, note, address, name);
    }

    static String service(String name, String address, String more) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: default}
                spec: {clusterIP: "%s", ports: [{name: web, port: 80, targetPort: 8080}, {name: dns, port: 53, protocol: UDP}]%s}
                """.formatted(name, address, more);
    }

    /** Each endpoint is {@code ADDRESS NODE READY}. */
    static String slice(String name, String service, String... endpoints) {
        StringBuilder text = new StringBuilder("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %s, namespace: default, labels: {kubernetes.io/service-name: %s}}
                addressType: IPv4
                ports: [{name: web, port: 8080, protocol: TCP}]
                endpoints:
                """.formatted(name, service));
        for (String endpoint : endpoints) {
            String[] parts = endpoint.split(" ", -1);
            text.append("  - {addresses: [\"%s\"], nodeName: %s, conditions: {ready: %s}}\n"
                    .formatted(parts[0], parts[1], parts[2]));
        }
        return text.toString();
    }
}
