package io.slim.it.nri;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two images in one archive (OCI image layout), made without a tool: one whose program is static and waits, for pods; one that
 * is empty but for links to /usr, where containers mount this machine's.
 */
final class OciImage {

    static final String PAUSE = "local.test/pause:1";
    static final String HOST = "local.test/host:1";
    private static final int BLOCK = 512;

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final StringBuilder index = new StringBuilder();

    private OciImage() {}

    /** Writes the archive. */
    static void write(Path archive, Path pause) throws IOException {
        OciImage image = new OciImage();
        image.files.put("oci-layout", text("{\"imageLayoutVersion\":\"1.0.0\"}"));
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        entry(layer, "pause", '0', 0755, Files.readAllBytes(pause), "");
        for (String directory : new String[] {"usr", "etc", "proc", "sys", "dev", "tmp", "run", "var"}) {
            entry(layer, directory, '5', 0755, new byte[0], "");
        }
        for (String link : new String[] {"bin", "sbin", "lib", "lib64"}) {
            entry(layer, link, '2', 0777, new byte[0], "usr/" + link);
        }
        layer.writeBytes(new byte[2 * BLOCK]);
        image.add(PAUSE, layer.toByteArray());
        image.add(HOST, layer.toByteArray());
        image.files.put("index.json", text("{\"schemaVersion\":2,\"manifests\":[" + image.index + "]}"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> file : image.files.entrySet()) {
            entry(all, file.getKey(), '0', 0644, file.getValue(), "");
        }
        all.writeBytes(new byte[2 * BLOCK]);
        Files.write(archive, all.toByteArray());
    }

    private void add(String name, byte[] layer) {
        String architecture = System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64";
        String config = blob(text("{\"architecture\":\"" + architecture
                + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/pause\"],\"Env\":[\"PATH=/usr/sbin:/usr/bin:/sbin:/bin\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + digest(layer) + "\"]}}"));
        String manifest =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"," + config + "},\"layers\":["
                        + "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\"," + blob(layer) + "}]}";
        index.append(index.length() == 0 ? "" : ",")
                .append("{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",")
                .append(blob(text(manifest)))
                .append(",\"annotations\":{\"io.containerd.image.name\":\"" + name + "\"}}");
    }

    /** Adds it; what is said of it where it is used. */
    private String blob(byte[] content) {
        String digest = digest(content);
        files.put("blobs/sha256/" + digest.substring("sha256:".length()), content);
        return "\"digest\":\"" + digest + "\",\"size\":" + content.length;
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** See tar(5), ustar. */
    private static void entry(ByteArrayOutputStream to, String name, char type, int mode, byte[] content, String link) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", content.length));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        to.writeBytes(header);
        to.writeBytes(content);
        to.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text(text);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
