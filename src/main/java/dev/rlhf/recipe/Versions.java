package dev.rlhf.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Versions of the programs that results depend on.
 *
 * @param rlhf the version of this program; {@code development} if it does not run from its jar
 * @param pytorch the version of libtorch that DJL's JNI library was built for
 */
public record Versions(String rlhf, String java, String djl, String pytorch) {
    private static final String UNKNOWN = "unknown";

    /** Reads the versions from the class path, without loading the engine. */
    public static Versions detect() {
        String rlhf = Versions.class.getPackage().getImplementationVersion();
        String jni = property("jnilib/pytorch.properties", "jni_version");
        return new Versions(
                rlhf == null ? "development" : rlhf,
                Runtime.version().toString(),
                property("ai/djl/engine/api.properties", "djl_version"),
                jni.contains("-") ? jni.substring(0, jni.indexOf('-')) : jni);
    }

    /** Returns the versions as they are written into a resolved recipe. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("rlhf", rlhf);
        values.put("java", java);
        values.put("djl", djl);
        values.put("pytorch", pytorch);
        return values;
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
