package dev.rlhf.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rlhf.base.InputException;
import dev.rlhf.jinja.Rendering.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static Rendering render(String source, Map<String, ?> variables) {
        return ChatTemplate.parse("t.jinja", source).render(variables);
    }

    private static String message(String source) {
        try {
            return "rendered: " + render(source, Map.of("n", 1)).text();
        } catch (InputException e) {
            return e.getMessage();
        }
    }

    @Test
    void spansAreUtf16PositionsEvenAtTheStartOfTheOutput() {
        Rendering rendering = render(
                "{% generation %}{{ a }}{% endgeneration %}|{% generation %}{% endgeneration %}",
                Map.of("a", "x\uD83D\uDE00"));
        assertThat(rendering.text()).isEqualTo("x\uD83D\uDE00|");
        // transformers loses the first span, because it checks whether anything was rendered before.
        assertThat(rendering.generated()).containsExactly(new Span(0, 3), new Span(4, 4));
        assertThat(rendering.marked()).isTrue();
    }

    @Test
    void aTemplateWithGenerationBlocksIsMarkedEvenIfNoneWasRendered() {
        ChatTemplate marking = ChatTemplate.parse("t", "{% if n %}{% generation %}{% endgeneration %}{% endif %}");
        assertThat(marking.render(Map.of()).marked()).isTrue();
        assertThat(marking.render(Map.of()).generated()).isEmpty();
        assertThat(render("x", Map.of()).marked()).isFalse();
    }

    @Test
    void errorsNameTemplateAndLine() {
        assertThat(message("a\n\n{{ raise_exception('Bad roles') }}")).isEqualTo("t.jinja:3: Bad roles");
        assertThat(message("a\n{{ 'x'\n   ~ nope.x }}")).isEqualTo("t.jinja:3: 'nope' is undefined");
        assertThat(message("{% macro m(x) %}\n{{ x + 1 }}{% endmacro %}\n\n{{ m('a') }}"))
                .startsWith("t.jinja:2: type error: ");
        assertThat(message("{% if n %}\n\nx")).startsWith("t.jinja:3: ").contains("endif");
        assertThat(message("{# a\nb #}{{ n n }}")).startsWith("t.jinja:2: ");
        assertThat(message("{%- set a = 'b\nc' %}\n{{ n | nope }}"))
                .startsWith("t.jinja:3: the filter 'nope' is not supported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% include 'x' %}",
                "{% extends 'x' %}",
                "{% import 'x' as y %}",
                "{% from 'x' import y %}",
                "{% block a %}{% endblock %}",
                "{% call n() %}{% endcall %}",
                "{% with a = 1 %}{% endwith %}",
                "{% do n() %}",
                "{% autoescape true %}{% endautoescape %}",
                "{% trans %}{% endtrans %}",
                "{% print n %}",
                "{% debug %}",
                "{% for a in n recursive %}{% endfor %}",
                "{{ n|batch(2) }}",
                "{{ n|groupby('a') }}",
                "{{ n|escape }}",
                "{{ n|pprint }}",
                "{{ n is escaped }}",
                "{{ n is filter }}",
                "{{ 'a'.zfill(3) }}",
                "{{ 'a'.encode() }}",
                "{{ lipsum() }}",
                "{{ cycler(1) }}",
                "{{ n.bit_length() }}",
                "{{ range(3)[1:] }}",
                "{{ n[1, 2] }}",
                "{{ ('a'|safe) + 'b' }}",
                "{{ ('a'|safe)|upper }}",
                "{{ ('a'|safe).upper() }}",
                "{{ 'a'|safe == 'a' }}",
                "{{ '%e' % 1.0 }}",
                "{{ '{:>3}'.format(1) }}",
                "{{ '\\N{BULLET}' }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 2 ** 64 }}",
                "{{ 99999999999999999999 }}",
                "{{ 'a' is sameas 'a' }}",
                "{% macro m() %}{% generation %}{% endgeneration %}{% endmacro %}",
                "{% set a %}{% generation %}{% endgeneration %}{% endset %}",
                "{% generation %}{% generation %}{% endgeneration %}{% endgeneration %}",
                "{% macro m() %}{{ varargs }}{% endmacro %}{{ m() }}"
            })
    void unsupportedFeaturesAreNamed(String source) {
        assertThat(message(source)).startsWith("t.jinja:1: ").contains("not supported");
    }

    @Test
    void unsupportedStatementsFiltersAndTestsFailBeforeRendering() {
        for (String source : List.of(
                "{% if false %}{% do x %}{% endif %}",
                "{{ a if b else c|nope }}", "{% if false %}{{ a is nope }}{% endif %}")) {
            assertThatExceptionOfType(InputException.class).isThrownBy(() -> ChatTemplate.parse("t", source));
        }
    }

    @Test
    void variablesArePlainJavaValuesAndAreNotModified() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("nothing", null);
        variables.put("list", Arrays.asList(1, 2L, 2.5f, 0.1, true, null, "x", Map.of("k", List.of())));
        assertThat(render("{{ nothing }} {{ list }}", variables).text())
                .isEqualTo("None [1, 2, 2.5, 0.1, True, None, 'x', {'k': []}]");
        assertThat(message("{{ n.append(1) }}")).startsWith("t.jinja:1: ");
        List<Object> items = new ArrayList<>(List.of(1));
        Map<String, Object> holder = Map.of("items", items);
        assertThatExceptionOfType(InputException.class).isThrownBy(() -> render("{{ items.append(2) }}", holder));
        assertThat(items).containsExactly(1);
    }

    @Test
    void otherJavaObjectsAreRejectedAndNeverReached() {
        assertThatExceptionOfType(InputException.class)
                .isThrownBy(() -> render("{{ x }}", Map.of("x", new Object())))
                .withMessageContaining("java.lang.Object");
        assertThatExceptionOfType(InputException.class).isThrownBy(() -> render("{{ x }}", Map.of("x", Map.of(1, 2))));
        for (String attribute :
                List.of("getClass", "class", "hashCode", "length", "isEmpty", "__class__", "__init__", "chars")) {
            assertThat(render(
                                    "{{ s." + attribute + " is defined }}{{ s['" + attribute + "'] is defined }}",
                                    Map.of("s", "x"))
                            .text())
                    .isEqualTo("FalseFalse");
        }
    }

    @Test
    void aVariableMayHaveTheNameOfAFunction() {
        assertThat(render("{{ range }} {{ cycler }}", Map.of("range", "mine", "cycler", 1))
                        .text())
                .isEqualTo("mine 1");
    }

    @Test
    void renderingLeavesNoStateBehind() {
        ChatTemplate template = ChatTemplate.parse(
                "t", "{{ a }}{% set a = 2 %}{{ a }}{% set ns = namespace(x=0) %}{% set ns.x = ns.x + 1 %}{{ ns.x }}");
        assertThat(template.render(Map.of("a", 1)).text()).isEqualTo("121");
        assertThat(template.render(Map.of()).text()).isEqualTo("21");
    }
}
