package dev.rlhf.recipe;

import dev.rlhf.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Versions of the programs that results depend on.
 *
 * @param rlhf the version of this program; {@code development} if it does not run from its jar
 * @param build the first digits of the SHA-256 of its jar, which is the same for every build of the same sources
 * @param pytorch the version of libtorch that DJL's JNI library was built for
 */
public record Versions(String rlhf, String build, String java, String djl, String pytorch) {
    private static final String UNKNOWN = "unknown";
    private static final int BUILD_DIGITS = 12;

    /** Reads the versions from the class path, without loading the engine. */
    public static Versions detect() {
        String rlhf = Versions.class.getPackage().getImplementationVersion();
        String jni = property("jnilib/pytorch.properties", "jni_version");
        return new Versions(
                rlhf == null ? "development" : rlhf,
                sumOfJar(),
                Runtime.version().toString(),
                property("ai/djl/engine/api.properties", "djl_version"),
                jni.contains("-") ? jni.substring(0, jni.indexOf('-')) : jni);
    }

    /** Returns the versions as they are written into a resolved recipe. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("rlhf", rlhf);
        values.put("build", build);
        values.put("java", java);
        values.put("djl", djl);
        values.put("pytorch", pytorch);
        return values;
    }

    private static String sumOfJar() {
        CodeSource source = Versions.class.getProtectionDomain().getCodeSource();
        try {
            Path jar = source == null ? null : Path.of(source.getLocation().toURI());
            if (jar == null || !Files.isRegularFile(jar)) {
                return UNKNOWN;
            }
            byte[] sum = Sha256.digest().digest(Files.readAllBytes(jar));
            return HexFormat.of().formatHex(sum).substring(0, BUILD_DIGITS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String property(String resource, String key) {
        try (InputStream in = Versions.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                return UNKNOWN;
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty(key, UNKNOWN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
