package dev.rlhf.tensor;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.LibUtils;
import dev.rlhf.base.InputException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An installation of libtorch.
 *
 * @param folder holds {@code libtorch.so}
 * @param build version and build as stated in its distribution, {@code 2.7.1+cu126}; empty if not stated
 * @param cuda whether it is built for CUDA
 */
public record Libtorch(Path folder, String build, boolean cuda) {
    private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
    private static final String VERSION = "PYTORCH_VERSION";
    private static final String FLAVOR = "PYTORCH_FLAVOR";
    /** The builds of DJL's JNI library that its jar holds. */
    private static final String CUDA_FLAVOR = "cu128";

    private static final String CPU_FLAVOR = "cpu";
    /** The version in {@code torch/version.py} of the Python package. */
    private static final Pattern PYTHON_VERSION = Pattern.compile("(?m)^__version__ = '([^']+)'");

    /** Returns the libtorch in a folder. */
    static Libtorch in(Path folder) {
        return new Libtorch(folder, build(folder), Files.exists(folder.resolve(System.mapLibraryName("torch_cuda"))));
    }

    /** Returns the libtorch that this process has loaded. */
    static Libtorch loaded() {
        return in(Path.of(LibUtils.getLibtorchPath()));
    }

    /** Returns the version without the build: {@code 2.7.1} for {@code 2.7.1+cu126}; empty if unknown. */
    String version() {
        return build.replaceFirst("[+-].*", "");
    }

    private static String build(Path folder) {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent == null) {
            return "";
        }
        Matcher python = PYTHON_VERSION.matcher(read(parent.resolve("version.py")));
        return python.find()
                ? python.group(1)
                : read(parent.resolve("build-version")).strip();
    }

    private static String read(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return ""; // a file that cannot be read states no version
        }
    }

    /**
     * Returns the settings that DJL needs in addition to the environment to load the right libtorch with the matching
     * JNI library. Without them, DJL requires {@code PYTORCH_VERSION} and {@code PYTORCH_FLAVOR} along with {@code
     * PYTORCH_LIBRARY_PATH}, or guesses them from a CUDA toolkit, which may not be installed.
     *
     * @param required the version that DJL's JNI library is built for
     * @param bundled whether a libtorch for CPUs is on the class path
     * @param driver whether the CUDA library of an NVIDIA driver can be loaded
     * @return system properties
     * @throws InputException if {@code PYTORCH_LIBRARY_PATH} leads to no libtorch, or to another version
     */
    static Map<String, String> settings(
            Map<String, String> environment, String required, boolean bundled, boolean driver) {
        Map<String, String> settings = new LinkedHashMap<>();
        String path = environment.getOrDefault(LIBRARY_PATH, "");
        boolean cuda;
        if (path.isBlank()) {
            if (bundled) {
                return settings;
            }
            cuda = driver; // DJL downloads
        } else {
            Libtorch found = find(path)
                    .orElseThrow(() -> new InputException(LIBRARY_PATH + ": " + path + " holds no "
                            + System.mapLibraryName("torch") + "; give the folder torch/lib of a PyTorch " + required));
            if (!found.build.isEmpty() && !found.version().equals(required)) {
                throw new InputException(LIBRARY_PATH + ": PyTorch " + found.build + " in " + found.folder
                        + "; this program needs " + required + " (pip install torch==" + required + ")");
            }
            if (!environment.containsKey(VERSION)) {
                settings.put(VERSION, required);
            }
            // DJL's JNI library for CPUs loads CUDA's libtorch too, and leaves out the part that needs the driver.
            cuda = found.cuda && driver;
        }
        if (!environment.containsKey(FLAVOR)) {
            settings.put(FLAVOR, cuda ? CUDA_FLAVOR : CPU_FLAVOR);
        }
        return settings;
    }

    private static Optional<Libtorch> find(String path) {
        String library = System.mapLibraryName("torch");
        return Arrays.stream(path.split(File.pathSeparator))
                .map(Path::of)
                .map(entry -> entry.endsWith(library) ? entry.resolveSibling("") : entry)
                .filter(folder -> Files.isRegularFile(folder.resolve(library)))
                .findFirst()
                .map(Libtorch::in);
    }

    /** Applies the {@link #settings} to this process. Must be called before DJL loads libtorch. */
    static void configure() {
        boolean bundled = Libtorch.class.getResource("/native/lib/pytorch.properties") != null;
        Map<String, String> environment = System.getenv();
        boolean given = !environment.getOrDefault(LIBRARY_PATH, "").isBlank();
        // Looking for the driver takes time, and the bundled libtorch does not need it.
        boolean driver = (given || !bundled) && NvidiaDriver.libraryLoads();
        settings(environment, requiredVersion(), bundled, driver).forEach(System::setProperty);
    }

    /**
     * Returns an exception for a failure to load libtorch, with a remedy if DJL could not download it.
     *
     * @param path the value of {@code PYTORCH_LIBRARY_PATH}; empty if it is not set
     */
    static RuntimeException withRemedy(EngineException failure, String path) {
        if (!path.isBlank() || !(failure.getCause() instanceof IOException cause)) {
            return failure;
        }
        return new InputException(
                "libtorch: the CUDA build cannot be downloaded ("
                        + cause.getClass().getSimpleName() + ": "
                        + cause.getMessage() + "); install it with pip and set " + LIBRARY_PATH
                        + ", name a proxy in RLHF_JAVA_OPTS, or set RLHF_DEVICE=cpu to compute on the CPU"
                        + " (docs/how-to/run-on-cuda.md)",
                failure);
    }

    /** As {@link #withRemedy(EngineException, String)}, for this process's environment. */
    static RuntimeException withRemedy(EngineException failure) {
        return withRemedy(failure, System.getenv().getOrDefault(LIBRARY_PATH, ""));
    }

    /** Returns the version of libtorch that DJL's JNI library is built for. */
    static String requiredVersion() {
        try (InputStream in = Libtorch.class.getResourceAsStream("/jnilib/pytorch.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("jni_version", "").replaceFirst("-.*", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
