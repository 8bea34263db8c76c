package dev.rlhf.stages.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.testing.Golden;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Reads and writes files of batch tools. */
public final class Rows {
    private Rows() {}

    public static Path write(Path file, String... lines) throws IOException {
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        try (OutputStream to = Files.newOutputStream(file);
                OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(to) : to) {
            out.write(bytes);
        }
        return file;
    }

    public static List<JsonNode> read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".gz")) {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                bytes = in.readAllBytes();
            }
        }
        List<JsonNode> rows = new ArrayList<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                rows.add(Json.mapper().readTree(line));
            }
        }
        return rows;
    }

    static String ids(int... ids) {
        return "{\"input_ids\": " + Arrays.toString(ids) + "}";
    }

    public static int[] ints(JsonNode array) {
        return Json.mapper().convertValue(array, int[].class);
    }

    static float[] floats(JsonNode array) {
        return Json.mapper().convertValue(array, float[].class);
    }

    /** Returns the unpadded tokens of each row of a golden case. */
    static List<int[]> real(Golden golden, String ids, String mask) {
        int width = (int) golden.shape(ids)[1];
        int[] all = golden.ints(ids);
        int[] seen = golden.ints(mask);
        List<int[]> rows = new ArrayList<>();
        for (int from = 0; from < all.length; from += width) {
            rows.add(IntStream.range(from, from + width)
                    .filter(i -> seen[i] == 1)
                    .map(i -> all[i])
                    .toArray());
        }
        return rows;
    }
}
