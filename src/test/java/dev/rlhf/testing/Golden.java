package dev.rlhf.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One case of reference numbers from PyTorch, transformers and TRL under {@code src/test/resources/golden}: the values
 * of its case.json and the tensors of its expected.safetensors. Reads safetensors by itself, on purpose: a reader that
 * is tested with these files cannot also be the judge of them.
 */
public final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final String name;
    private final JsonNode about;
    private final JsonNode header;
    private final ByteBuffer data;

    private Golden(String name, JsonNode about, JsonNode header, ByteBuffer data) {
        this.name = name;
        this.about = about;
        this.header = header;
        this.data = data;
    }

    /** @param name folder under golden/, as {@code rlhf/gae} */
    public static Golden of(String name) {
        try {
            JsonNode about = JSON.readTree(read(name + "/case.json"));
            if (Golden.class.getResource("/golden/" + name + "/expected.safetensors") == null) {
                return new Golden(name, about, JSON.createObjectNode(), ByteBuffer.allocate(0));
            }
            ByteBuffer file =
                    ByteBuffer.wrap(read(name + "/expected.safetensors")).order(ByteOrder.LITTLE_ENDIAN);
            int length = Math.toIntExact(file.getLong());
            JsonNode header = JSON.readTree(file.array(), Long.BYTES, length);
            return new Golden(
                    name,
                    about,
                    header,
                    file.slice(Long.BYTES + length, file.capacity() - Long.BYTES - length)
                            .order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the folders of reward models under {@code golden/reward}, for parameterized tests. */
    public static List<String> rewardModels() {
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/golden/reward"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("config.json")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(String path) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + path)) {
            if (in == null) {
                throw new IOException("no golden/" + path);
            }
            return in.readAllBytes();
        }
    }

    /** Returns {@code values} of case.json. */
    public JsonNode values() {
        return about.get("values");
    }

    /** Returns a number of {@code values}. */
    public double value(String key) {
        return values().get(key).asDouble();
    }

    /** Returns the error of the reference itself for a value; see the golden README. */
    public double noise(String value) {
        return about.path("noise").path(value).asDouble();
    }

    public long[] shape(String tensor) {
        return LongStream.range(0, entry(tensor).get("shape").size())
                .map(i -> entry(tensor).get("shape").get((int) i).asLong())
                .toArray();
    }

    /** Returns a float32 tensor, row-major. */
    public float[] floats(String tensor) {
        float[] values = new float[elements(tensor)];
        bytes(tensor, "F32").asFloatBuffer().get(values);
        return values;
    }

    /** Returns an int64 tensor, row-major. */
    public long[] longs(String tensor) {
        long[] values = new long[elements(tensor)];
        bytes(tensor, "I64").asLongBuffer().get(values);
        return values;
    }

    public int[] ints(String tensor) {
        return Arrays.stream(longs(tensor)).mapToInt(Math::toIntExact).toArray();
    }

    /** Returns a float32 tensor [B, T] as rows. */
    public float[][] rows(String tensor) {
        float[] flat = floats(tensor);
        int width = (int) shape(tensor)[1];
        float[][] rows = new float[(int) shape(tensor)[0]][];
        for (int b = 0; b < rows.length; b++) {
            rows[b] = Arrays.copyOfRange(flat, b * width, (b + 1) * width);
        }
        return rows;
    }

    /** Returns a float32 or int64 tensor on the engine's device. */
    public NDArray tensor(Torch torch, String tensor) {
        return entry(tensor).get("dtype").asText().equals("I64")
                ? torch.longs(longs(tensor), shape(tensor))
                : torch.floats(floats(tensor), shape(tensor));
    }

    /**
     * Returns a comparison, to be closed: {@code |actual - expected| <= relative * |expected| + absolute}; 0 and 0:
     * equal.
     */
    public Worst worst(String value, double relative, double absolute) {
        return new Worst(GoldenTable.OF_THIS_RUN, name, value, relative, absolute);
    }

    /** Compares values that must be equal, such as ids or a text. */
    public void same(String value, Object actual, Object expected) {
        try (Worst worst = worst(value, 0, 0)) {
            assertThat(actual).as("%s %s", name, value).isEqualTo(expected);
            worst.add(0, 0);
        }
    }

    /** Compares a whole tensor; see {@link #worst}. */
    public void assertClose(float[] actual, String tensor, double relative, double absolute) {
        compare(tensor, actual, floats(tensor), relative, absolute);
    }

    public void assertClose(float[][] actual, String tensor, double relative, double absolute) {
        compare(tensor, flat(actual), floats(tensor), relative, absolute);
    }

    /** Compares numbers that the case has in another form; see {@link #worst}. */
    public void compare(String value, float[] actual, float[] expected, double relative, double absolute) {
        try (Worst worst = worst(value, relative, absolute)) {
            worst.add(actual, expected);
        }
    }

    /** Compares one number; see {@link #worst}. */
    public void compare(String value, double actual, double expected, double relative) {
        try (Worst worst = worst(value, relative, 0)) {
            worst.add(actual, expected);
        }
    }

    /** Compares numbers that are not a golden case's, without recording the result. */
    public static void assertClose(String what, float[] actual, float[] expected, double relative, double absolute) {
        assertThat(actual.length).as(what).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            double allowed = relative * Math.abs(expected[i]) + absolute;
            double off = Math.abs((double) actual[i] - expected[i]);
            // written so that NaN fails
            assertThat(off <= allowed)
                    .as("%s[%d]: %s instead of %s, off by %s > %s", what, i, actual[i], expected[i], off, allowed)
                    .isTrue();
        }
    }

    public static void assertClose(String what, double actual, double expected, double relative) {
        double allowed = relative * Math.abs(expected);
        assertThat(Math.abs(actual - expected) <= allowed)
                .as("%s: %s instead of %s", what, actual, expected)
                .isTrue();
    }

    public static float[] flat(float[][] rows) {
        int size = Arrays.stream(rows).mapToInt(row -> row.length).sum();
        float[] flat = new float[size];
        int at = 0;
        for (float[] row : rows) {
            System.arraycopy(row, 0, flat, at, row.length);
            at += row.length;
        }
        return flat;
    }

    private JsonNode entry(String tensor) {
        JsonNode entry = header.get(tensor);
        if (entry == null) {
            throw new IllegalArgumentException("golden " + name + " has no tensor " + tensor);
        }
        return entry;
    }

    private int elements(String tensor) {
        return Math.toIntExact(Arrays.stream(shape(tensor)).reduce(1, Math::multiplyExact));
    }

    private ByteBuffer bytes(String tensor, String dtype) {
        JsonNode entry = entry(tensor);
        if (!entry.get("dtype").asText().equals(dtype)) {
            throw new IllegalArgumentException(tensor + " is " + entry.get("dtype"));
        }
        int from = entry.get("data_offsets").get(0).asInt();
        int to = entry.get("data_offsets").get(1).asInt();
        return data.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    }
}
