package io.slim.router.container;

import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerException.Problem;
import io.slim.api.container.ContainerSpec;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What of a container to be registered must not be another's. */
final class Admission {

    private Admission() {}

    /**
     * Compares with the containers there are.
     *
     * @param inNamespace the container that is in its namespace already
     * @throws ContainerException if something is taken
     */
    static void check(
            ContainerSpec spec, @Nullable Container inNamespace, ContainerTable table, AddressBook addressBook) {
        if (table.named(spec.id()) != null) {
            throw taken(spec, Problem.ID_TAKEN, spec.id(), "an id that is not registered; unregister that one first");
        }
        if (inNamespace != null && inNamespace.isRegistered()) {
            throw taken(
                    spec,
                    Problem.NAMESPACE_TAKEN,
                    spec.networkNamespace().map(Object::toString).orElse(""),
                    "a namespace other than " + inNamespace.name()
                            + "'s; containers that share one are registered once");
        }
        for (InetAddress address : spec.addresses()) {
            Container owner = addressBook.registeredOwner(address);
            if (owner != null) {
                throw taken(
                        spec,
                        Problem.ADDRESS_TAKEN,
                        address.getHostAddress(),
                        "an address that is not registered for " + owner.name());
            }
        }
    }

    private static ContainerException taken(ContainerSpec spec, Problem problem, String value, String expected) {
        return new ContainerException(spec.id(), problem, value, expected, null);
    }
}
