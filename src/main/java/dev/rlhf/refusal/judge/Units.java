package dev.rlhf.refusal.judge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Units of measure by their spellings, from {@code units.txt}. */
final class Units {
    /**
     * A unit.
     *
     * @param dimension the quantity it measures
     * @param factor its size in base units of that quantity
     */
    record Unit(String dimension, BigDecimal factor) {
        /** Returns whether two amounts in two units are equal to nine digits. */
        boolean same(BigDecimal amount, BigDecimal otherAmount, Unit other) {
            MathContext nine = new MathContext(9);
            return dimension.equals(other.dimension)
                    && amount.multiply(factor)
                                    .round(nine)
                                    .compareTo(
                                            otherAmount.multiply(other.factor).round(nine))
                            == 0;
        }
    }

    /** A unit in a text, and the index of the word after it. */
    record Found(Unit unit, int end) {}

    private static final Map<String, Unit> UNITS = load();
    private static final Set<String> PER = Set.of("per", "pro", "par", "por", "al");

    private static final Set<String> DEGREES =
            Set.of("°", "degree", "degrees", "grad", "degre", "degres", "grado", "grados", "gradi", "grau", "graus");

    private Units() {}

    private static Map<String, Unit> load() {
        Map<String, Unit> units = new HashMap<>();
        try (InputStream in = Units.class.getResourceAsStream("units.txt")) {
            if (in == null) {
                throw new IllegalStateException("no resource units.txt");
            }
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ", -1);
                    for (int i = 2; i < parts.length; i++) {
                        units.put(Words.fold(parts[i]), new Unit(parts[0], new BigDecimal(parts[1])));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(units);
    }

    /** Returns the unit of an amount before a word: not the "In" of "1810. In 1815"; null if there is none. */
    static @Nullable Found after(Words words, int i) {
        return words.gap(i).matches("[\\s\u00a0-]*") ? at(words, i) : null;
    }

    /** Returns the unit that begins at a word, as in {@code °C} or {@code per cent}; null if none does. */
    static @Nullable Found at(Words words, int i) {
        String word = words.foldedOrEmpty(i);
        boolean perCent = word.equals("per") && words.foldedOrEmpty(i + 1).equals("cent");
        int start = perCent || DEGREES.contains(word) ? i + 1 : i;
        Unit unit = UNITS.get(perCent ? "%" : words.foldedOrEmpty(start));
        if (unit == null) {
            return null;
        }
        int over = PER.contains(words.foldedOrEmpty(start + 1)) ? start + 2 : start + 1;
        boolean rate =
                over == start + 2 || (over < words.size() && words.gap(over).equals("/"));
        Unit by = rate ? UNITS.get(words.foldedOrEmpty(over)) : null;
        return by == null
                ? new Found(unit, start + 1)
                : new Found(
                        new Unit(
                                unit.dimension() + "/" + by.dimension(),
                                unit.factor().divide(by.factor(), MathContext.DECIMAL64)),
                        over + 1);
    }
}
