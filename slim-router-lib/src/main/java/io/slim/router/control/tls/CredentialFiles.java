package io.slim.router.control.tls;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.ControlTls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the files and reports all that is wrong with them. */
final class CredentialFiles {

    static final String CERTIFICATE = "control cert";
    static final String KEY = "control key";
    static final String AUTHORITIES = "control ca";

    /** Far more than any chain or bundle has. */
    private static final long LARGEST_FILE = 4 << 20;

    private final List<ConfigurationProblem> problems = new ArrayList<>();

    private CredentialFiles() {}

    private interface Parser<T> {
        T parse(String text) throws GeneralSecurityException;
    }

    /**
     * Reads them.
     *
     * @param host whose certificate it must be
     * @throws ConfigurationException with all problems
     */
    static Credentials read(ControlTls files, InetAddress host) {
        CredentialFiles reader = new CredentialFiles();
        List<X509Certificate> chain = reader.read(CERTIFICATE, files.certificates(), Pem::certificates);
        PrivateKey key = reader.read(KEY, files.key(), Pem::key);
        List<X509Certificate> authorities = reader.read(AUTHORITIES, files.authorities(), Pem::certificates);
        reader.problems.addAll(CredentialCheck.problems(files, host, chain, key, authorities));
        if (chain == null || key == null || authorities == null || !reader.problems.isEmpty()) {
            throw new ConfigurationException(reader.problems);
        }
        return new Credentials(chain, key, authorities);
    }

    private <T> @Nullable T read(String what, Path file, Parser<T> parser) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                problem(what, file, "at most " + LARGEST_FILE + " bytes");
                return null;
            }
            return parser.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            problem(
                    what,
                    file,
                    "a file that this user can read: " + e.getClass().getSimpleName());
        } catch (GeneralSecurityException e) {
            problem(what, file, String.valueOf(e.getMessage()));
        }
        return null;
    }

    private void problem(String what, Path file, String expected) {
        problems.add(new ConfigurationProblem(what, file.toString(), expected));
    }
}
