package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs a copy of the launcher script with a fake JDK whose java prints its arguments and environment. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    @TempDir
    Path folder;

    private Path home;
    private Path jdk;

    @BeforeEach
    void setUp() throws IOException {
        home = Files.createDirectories(folder.resolve("a home"));
        Files.copy(Path.of("rlhf"), home.resolve("rlhf"));
        Files.createDirectories(home.resolve("target/lib"));
        Files.createDirectories(home.resolve("target/lib-cpu"));
        Files.writeString(home.resolve("target/rlhf.jar"), "");
        Files.writeString(home.resolve("target/lib/some.jar"), "");
        Files.writeString(home.resolve("target/lib-cpu/libtorch.jar"), "");
        jdk = jdk("jdk 25", "25.0.1");
    }

    private Path jdk(String name, String version) throws IOException {
        Path made = folder.resolve(name);
        Files.createDirectories(made.resolve("bin"));
        Files.writeString(made.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(made.resolve("bin/java"), "printf '<%s>\\n' \"$@\"\nenv\n");
        return made;
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String launch(Path launcher, Map<String, String> environment, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("RLHF_DEVICE", "cpu");
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8) + "exit "
                + process.waitFor();
    }

    @Test
    void startsFromAnyFolderThroughALinkAndWithSpacesInPaths() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("the link"), Path.of("a home/rlhf"));
        String said = launch(link, Map.of("RLHF_JAVA_OPTS", "-Xmx3g -Da=b"), "sft", "--dataset", "my data.jsonl");

        Path real = home.toRealPath();
        assertThat(said)
                .contains("<--enable-native-access=ALL-UNNAMED>\n", "<-Xmx3g>\n<-Da=b>\n", "<-Dai.djl.offline=true>\n")
                .contains("<-cp>\n<%1$s/target/rlhf.jar:%1$s/target/lib/some.jar:%1$s/target/lib-cpu/libtorch.jar>\n"
                        .formatted(real))
                .contains("<dev.rlhf.cli.Main>\n<sft>\n<--dataset>\n<my data.jsonl>\n")
                .contains("MALLOC_MMAP_THRESHOLD_=4000000000\n", "MALLOC_TRIM_THRESHOLD_=16000000000\n")
                .contains("GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0\n")
                .containsPattern("\nOMP_NUM_THREADS=[1-9]\\d*\n")
                .contains("OPT_OUT_TRACKING=true\n")
                .doesNotContain("OMP_WAIT_POLICY")
                .endsWith("exit 0");
    }

    @Test
    void theLibtorchOfPytorchLibraryPathReplacesTheCpuBuild() throws Exception {
        String said = launch(home.resolve("rlhf"), Map.of("RLHF_DEVICE", "", "PYTORCH_LIBRARY_PATH", "/opt/torch"));
        assertThat(said)
                .contains("/target/lib/some.jar>", "<-Dai.djl.offline=true>")
                .doesNotContain("lib-cpu");
    }

    @Test
    void withAnNvidiaDriverDjlMayDownloadTheCudaBuildUnlessTheCpuIsAskedFor() throws Exception {
        Map<String, String> driver = Map.of("RLHF_DEVICE", "", "LD_LIBRARY_PATH", "/none:" + driver());
        assertThat(launch(home.resolve("rlhf"), driver, "sft")).doesNotContain("lib-cpu", "offline");
        assertThat(launch(home.resolve("rlhf"), driver, "sft", "--device", "cpu"))
                .contains("lib-cpu", "offline");
        assertThat(launch(home.resolve("rlhf"), driver, "sft", "--device=cpu")).contains("lib-cpu", "offline");
        assertThat(launch(home.resolve("rlhf"), Map.of("LD_LIBRARY_PATH", driver())))
                .contains("lib-cpu", "offline");
    }

    private String driver() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("driver")).resolve("libcuda.so.1"), "");
        return folder.resolve("driver").toString();
    }

    @Test
    void theHeapIsAQuarterOfTheContainersMemory() throws Exception {
        Path bin = folder.resolve("bin");
        script(bin.resolve("cat"), "case $1 in */memory.max) echo 2147483648 ;; *) exec /bin/cat \"$@\" ;; esac\n");
        Map<String, String> container = Map.of("PATH", bin + ":/usr/bin:/bin");
        assertThat(launch(home.resolve("rlhf"), container)).contains("<-Xmx512m>");

        script(bin.resolve("cat"), "case $1 in */memory.max) echo max ;; *) exec /bin/cat \"$@\" ;; esac\n");
        String usual = heap(launch(home.resolve("rlhf"), Map.of()));
        assertThat(heap(launch(home.resolve("rlhf"), container))).isEqualTo(usual);
    }

    /** Encoded data sets are in the heap. */
    @Test
    void theHeapOfALargeMachineIsASixteenth() throws Exception {
        Path bin = folder.resolve("bin");
        script(bin.resolve("cat"), "case $1 in */memory.max) echo max ;; *) exec /bin/cat \"$@\" ;; esac\n");
        Map<String, String> large = Map.of("PATH", bin + ":/usr/bin:/bin");
        String sed = "case \"$*\" in *MemTotal*) echo %d ;; *) exec /bin/sed \"$@\" ;; esac\n";
        for (int gib : List.of(64, 256, 2048)) {
            script(bin.resolve("sed"), sed.formatted((long) gib << 20));
            assertThat(launch(home.resolve("rlhf"), large)).contains("<-Xmx%dm>".formatted(Math.min(64 * gib, 31_744)));
        }
    }

    private static String heap(String said) {
        return said.lines().filter(line -> line.startsWith("<-Xmx")).findFirst().orElseThrow();
    }

    @Test
    void threadSettingsOfTheUserAreKept() throws Exception {
        assertThat(launch(home.resolve("rlhf"), Map.of("OMP_NUM_THREADS", "3", "OMP_WAIT_POLICY", "passive")))
                .contains("\nOMP_NUM_THREADS=3\n", "OMP_WAIT_POLICY=passive\n");
    }

    @Test
    void namesOfFilesAreUtf8AlsoWithoutALocale() throws Exception {
        assertThat(launch(home.resolve("rlhf"), Map.of())).contains("\nLC_ALL=C.UTF-8\n");
        assertThat(launch(home.resolve("rlhf"), Map.of("LANG", "de_DE.ISO-8859-1")))
                .contains("\nLC_ALL=C.UTF-8\n");
        assertThat(launch(home.resolve("rlhf"), Map.of("LANG", "C.UTF-8"))).doesNotContain("LC_ALL");
    }

    @Test
    void threadsSpinBrieflyUnlessTheUserDecides() throws Exception {
        for (String command : List.of("sft", "ppo", "generate", "run")) {
            assertThat(launch(home.resolve("rlhf"), Map.of(), command)).contains("\nGOMP_SPINCOUNT=1000\n");
        }
        assertThat(launch(home.resolve("rlhf"), Map.of("GOMP_SPINCOUNT", "7"), "sft"))
                .contains("\nGOMP_SPINCOUNT=7\n");
        assertThat(launch(home.resolve("rlhf"), Map.of("OMP_WAIT_POLICY", "passive"), "sft"))
                .doesNotContain("GOMP_SPINCOUNT");
    }

    @Test
    void oldJdkIsSkipped() throws Exception {
        Path old = jdk("jdk 21", "21.0.2");
        String path = jdk.resolve("bin") + ":/usr/bin:/bin";
        assertThat(launch(home.resolve("rlhf"), Map.of("JAVA_HOME", old.toString(), "PATH", path)))
                .contains("\nJAVA_HOME=" + jdk + "\n");
    }

    /** Runs only on machines without a JDK in the usual folders, such as a bare container. */
    @Test
    void withoutARecentJdkTheMessageNamesASource() throws Exception {
        Path old = jdk("jdk 21", "21.0.2");
        assumeThat(Path.of("/usr/lib/jvm").toFile().list())
                .as("this machine has JDKs in the usual folders")
                .isNull();
        assertThat(launch(home.resolve("rlhf"), Map.of("JAVA_HOME", old.toString())))
                .contains("rlhf: needs JDK 25 or newer", "https://adoptium.net")
                .endsWith("exit 1");
    }

    @Test
    void recordsTheStartupCacheOncePerBuildAndJdkAndUsesIt() throws Exception {
        String recorder = """
                for word in "$@"; do
                    case $word in -XX:AOTCacheOutput=*) echo cache >"${word#*=}" ;; esac
                done
                printf '<%s>\\n' "$@"
                """;
        script(jdk.resolve("bin/java"), recorder);
        String first = launch(home.resolve("rlhf"), Map.of(), "doctor");
        assertThat(first)
                .contains("rlhf: building a startup cache", "<doctor>")
                .containsPattern("<-XX:AOTCache=" + home.toRealPath() + "/target/aot/\\d+\\.aot>");
        assertThat(home.resolve("target/aot"))
                .isDirectoryContaining(file -> file.toString().endsWith(".aot.log"))
                .isDirectoryNotContaining("regex:.*aot\\.\\d+.*");

        assertThat(launch(home.resolve("rlhf"), Map.of(), "doctor"))
                .doesNotContain("startup cache")
                .contains("<-XX:AOTCache=");

        Path other = jdk("jdk 26", "26");
        script(other.resolve("bin/java"), recorder);
        assertThat(launch(home.resolve("rlhf"), Map.of("JAVA_HOME", other.toString())))
                .contains("startup cache");
        Files.setLastModifiedTime(
                home.resolve("target/rlhf.jar"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(launch(home.resolve("rlhf"), Map.of())).contains("startup cache");
    }

    @Test
    void startsWithoutACacheIfRecordingFailedAndDoesNotTryAgain() throws Exception {
        assertThat(launch(home.resolve("rlhf"), Map.of(), "doctor"))
                .contains("startup cache", "<doctor>")
                .doesNotContain("<-XX:AOTCache");
        assertThat(launch(home.resolve("rlhf"), Map.of(), "doctor"))
                .contains("<doctor>")
                .doesNotContain("startup cache", "<-XX:AOTCache");
    }

    @Test
    void startsWithoutACacheWhileAnotherProcessRecords() throws Exception {
        launch(home.resolve("rlhf"), Map.of(), "doctor");
        Path cache;
        try (Stream<Path> files = Files.list(home.resolve("target/aot"))) {
            cache = files.filter(file -> file.toString().endsWith(".aot"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.delete(cache);
        Path lock = Files.createDirectory(Path.of(cache + ".lock"));
        assertThat(launch(home.resolve("rlhf"), Map.of(), "doctor"))
                .contains("<doctor>")
                .doesNotContain("startup cache");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(300)));
        assertThat(launch(home.resolve("rlhf"), Map.of(), "doctor")).contains("startup cache", "<doctor>");
        assertThat(lock).doesNotExist();
    }

    @Test
    void aRehearsalDoesNotDownloadLibtorch() throws Exception {
        Map<String, String> driver = Map.of("RLHF_DEVICE", "", "LD_LIBRARY_PATH", driver());
        assertThat(launch(home.resolve("rlhf"), driver)).doesNotContain("startup cache", "lib-cpu");
        Path downloaded = Files.createDirectories(folder.resolve(".djl.ai/pytorch/2.7.1-cu128-linux-x86_64"));
        Files.writeString(downloaded.resolve("libtorch.so"), "");
        assertThat(launch(home.resolve("rlhf"), driver)).contains("startup cache");
    }

    @Test
    void eachLibtorchHasACacheOfItsOwn() throws Exception {
        for (String folder : List.of("/opt/a", "/opt/b")) {
            assertThat(launch(home.resolve("rlhf"), Map.of("PYTORCH_LIBRARY_PATH", folder)))
                    .contains("startup cache");
        }
        assertThat(launch(home.resolve("rlhf"), Map.of("PYTORCH_LIBRARY_PATH", "/opt/b")))
                .doesNotContain("startup cache");
    }

    @Test
    void buildsIfASourceIsNewerAndReportsBuildErrors() throws Exception {
        script(folder.resolve("bin/mvn"), """
                echo "[INFO] --- compiler:3.14.1:compile (default-compile) @ rlhf ---"
                echo built > target/rlhf.jar
                printf '\\033[0m\\033[0m' # as Maven does at its end
                """);
        String path = folder.resolve("bin") + ":/usr/bin:/bin";
        Files.writeString(home.resolve("pom.xml"), "");
        Files.delete(home.resolve("target/rlhf.jar"));
        assertThat(launch(home.resolve("rlhf"), Map.of("PATH", path)))
                .contains("rlhf: building with Maven", "  compiler:3.14.1:compile\n", "<dev.rlhf.cli.Main>")
                .endsWith("exit 0");
        assertThat(launch(home.resolve("rlhf"), Map.of("PATH", path))).doesNotContain("building with Maven");

        script(folder.resolve("bin/mvn"), "echo '[ERROR] no such symbol'; exit 1\n");
        Files.delete(home.resolve("target/rlhf.jar"));
        assertThat(launch(home.resolve("rlhf"), Map.of("PATH", path)))
                .contains("[ERROR] no such symbol", "rlhf: the build failed; log: ")
                .doesNotContain("<dev.rlhf.cli.Main>")
                .endsWith("exit 1");
    }
}
