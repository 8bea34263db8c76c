package dev.rlhf.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a stage's results depend on, as one SHA-256: the program's version, every option's value, and the contents of every input
 * file and folder (options that must be there before the stage starts). What {@code expect:} says is no part of it.
 */
final class Fingerprint {
    private Fingerprint() {}

    /** Reads every byte of the inputs, about a gigabyte a second; what lies in the stage's own output folder is not read. */
    static String of(StageRecipe<?> recipe, Versions versions) throws IOException {
        MessageDigest digest = sha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            put(out, versions.rlhf());
            put(out, recipe.kind().name());
            put(out, recipe.optionsAsYaml());
            for (Path input : recipe.inputs()) {
                boolean ownOutput = recipe.outputDir()
                        .filter(folder -> StageRecipe.isIn(input, folder))
                        .isPresent();
                if (!ownOutput) {
                    put(out, input.toString());
                    contents(input.toRealPath(), out); // a walk does not enter a linked folder
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void contents(Path input, OutputStream out) throws IOException {
        for (Path file : files(input)) {
            put(out, input.relativize(file).toString());
            put(out, Long.toString(Files.size(file)));
            try (InputStream in = Files.newInputStream(file)) {
                in.transferTo(out);
            }
        }
    }

    private static List<Path> files(Path input) throws IOException {
        if (Files.isRegularFile(input)) {
            return List.of(input);
        }
        try (Stream<Path> walk = Files.walk(input)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Ends with a zero byte, so that "a", "bc" is not "ab", "c". */
    private static void put(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
