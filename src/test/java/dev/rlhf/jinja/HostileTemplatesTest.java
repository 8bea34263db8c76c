package dev.rlhf.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rlhf.base.InputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A template comes with somebody else's checkpoint. It renders or is rejected, within a short time, and never throws
 * another exception.
 */
class HostileTemplatesTest {
    private static final Map<String, Object> VARIABLES = Map.of(
            "messages",
            List.of(
                    Map.of("role", "system", "content", "Be brief."),
                    Map.of("role", "user", "content", "Who keeps\nthe light? \uD83D\uDE00"),
                    Map.of("role", "assistant", "content", "<think>\nx\n</think>\n\nThe keeper.")),
            "tools",
            List.of(Map.of(
                    "type",
                    "function",
                    "function",
                    Map.of("name", "f", "parameters", Map.of("properties", Map.of("a", 1.5))))),
            "add_generation_prompt",
            true,
            "bos_token",
            "<s>",
            "eos_token",
            "</s>");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s %}{{ ns.s }}{{ ns.s }}{% endset "
                        + "%}{% endfor %}",
                "{% set ns = namespace(s='xx') %}{% for i in range(60) %}{% set ns.s = ns.s|replace('x', ns.s) %}{% "
                        + "endfor %}",
                "{% set ns = namespace(s='xx') %}{% for i in range(60) %}{% set ns.s = ns.s|join(ns.s) %}{% endfor %}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ "
                        + "ns.s }}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ "
                        + "ns.s|tojson }}",
                "{% set ns = namespace(s=1) %}{% for i in range(100000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s "
                        + "}}",
                "{% set ns = namespace() %}{% set ns.s = ns %}{{ ns }}",
                "{{ 'x' * 1000000000000 }}",
                "{{ [1] * 1000000000000 }}",
                "{{ 'x' * 60000000 * 60000000 }}",
                "{{ range(10 ** 18) }}",
                "{{ 10 ** 10 ** 10 }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ '%.1000000000f' % 1 }}",
                "{{ 'a\nb'|indent(1000000000) }}",
                "{{ [1]|tojson(indent=1000000000) }}",
                "{{ 1.5|round(1000000000) }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(100) }}",
            })
    void stopsSoon(String source) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatExceptionOfType(InputException.class)
                        .isThrownBy(() -> ChatTemplate.parse("t", source).render(Map.of())));
    }

    @Test
    void deepNestingIsRejected() {
        for (String piece : List.of(
                "(",
                "[",
                "{1:",
                "not ",
                "-",
                "x[",
                "x(",
                "1 if 1 else ",
                "{% if 1 %}",
                "{% for x in y %}",
                "{% set x %}")) {
            String source = piece.startsWith("{%") ? piece.repeat(50_000) : "{{ " + piece.repeat(50_000) + " }}";
            assertThatExceptionOfType(InputException.class)
                    .as(piece)
                    .isThrownBy(() -> ChatTemplate.parse("t", source).render(VARIABLES));
        }
        for (String piece : List.of(" + 1", " ~ 1", " or 0", "|string", ".x", " == 1", " is odd")) {
            try {
                ChatTemplate.parse("t", "{{ 1" + piece.repeat(100_000) + " }}").render(VARIABLES);
            } catch (InputException e) {
                assertThat(e.getMessage()).startsWith("t");
            }
        }
    }

    @Test
    void mutatedTemplatesThrowOnlyTemplateExceptions() {
        List<String> sources = new ArrayList<>();
        GoldenTemplates.cases(GoldenTemplates.json("renderings.json")).stream()
                .map(one -> (String) one.get("template"))
                .distinct()
                .forEach(name -> sources.add(GoldenTemplates.text(name)));
        GoldenTemplates.cases(GoldenTemplates.json("expressions.json"))
                .forEach(one -> sources.add((String) one.get("source")));
        Random random = new Random(20250307);
        int rendered = 0;
        for (int i = 0; i < 20_000; i++) {
            String source = mutated(sources.get(random.nextInt(sources.size())), sources, random);
            try {
                ChatTemplate.parse("t", source).render(VARIABLES);
                rendered++;
            } catch (InputException e) {
                assertThat(e.getMessage()).startsWith("t:");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutation " + i + ": " + source, e);
            }
        }
        // Most mutations break a template; if all did, only the parser would have been tested.
        assertThat(rendered).isBetween(2_000, 18_000);
    }

    /** Deletes, doubles, swaps or replaces a part of a text, preferably at word boundaries. */
    private static String mutated(String source, List<String> others, Random random) {
        String text = source;
        for (int n = 1 + random.nextInt(3); n > 0 && text.length() > 2; n--) {
            int from = border(text, random);
            int to = Math.min(text.length(), from + 1 + random.nextInt(8));
            String middle = switch (random.nextInt(5)) {
                case 0 -> "";
                case 1 -> text.substring(from, to).repeat(2);
                case 2 ->
                    List.of(
                                    "none",
                                    "''",
                                    "0",
                                    "-1",
                                    "[]",
                                    "{}",
                                    "messages",
                                    "1e400",
                                    "(1,)",
                                    "\uD83D\uDE00",
                                    "%}",
                                    "{{",
                                    "|list",
                                    "[::-1]")
                            .get(random.nextInt(14));
                case 3 -> {
                    String other = others.get(random.nextInt(others.size()));
                    int at = border(other, random);
                    yield other.substring(at, Math.min(other.length(), at + random.nextInt(20)));
                }
                default -> String.valueOf((char) (32 + random.nextInt(95)));
            };
            text = text.substring(0, from) + middle + text.substring(to);
        }
        return text;
    }

    private static int border(String text, Random random) {
        int at = random.nextInt(Math.max(1, text.length()));
        while (at > 0 && Character.isLetterOrDigit(text.charAt(at)) && random.nextInt(4) > 0) {
            at--;
        }
        return at;
    }
}
