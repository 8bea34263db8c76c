package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of {@code str}. */
final class StringMethods {
    private static final Set<String> REFUSED = Set.of(
            "casefold",
            "center",
            "encode",
            "expandtabs",
            "format_map",
            "isalnum",
            "isascii",
            "isdecimal",
            "isidentifier",
            "isnumeric",
            "isprintable",
            "istitle",
            "ljust",
            "maketrans",
            "rjust",
            "swapcase",
            "translate",
            "zfill");

    private StringMethods() {}

    /** Returns null if {@code str} has no such attribute. */
    static @Nullable Object of(String self, String name) {
        if (REFUSED.contains(name)) {
            throw TemplateException.unsupported("the string method " + name + "()");
        }
        return switch (name) {
            case "upper" -> plain(name, () -> PyText.upper(self));
            case "lower" -> plain(name, () -> PyText.lower(self));
            case "title" -> plain(name, () -> PyText.titleWords(self));
            case "capitalize" -> plain(name, () -> PyText.capitalize(self));
            case "isspace" -> plain(name, () -> all(self, PyText::isSpace));
            case "isalpha" -> plain(name, () -> all(self, Character::isLetter));
            case "isdigit" -> plain(name, () -> all(self, Character::isDigit));
            case "isupper" -> plain(name, () -> isUpper(self));
            case "islower" -> plain(name, () -> isLower(self));
            case "splitlines" -> plain(name, () -> new ArrayList<Object>(PyText.lines(self)));
            case "strip" -> strip(self, name, true, true);
            case "lstrip" -> strip(self, name, true, false);
            case "rstrip" -> strip(self, name, false, true);
            case "startswith" -> (Callable) arguments -> anyOf(arguments, name, self::startsWith);
            case "endswith" -> (Callable) arguments -> anyOf(arguments, name, self::endsWith);
            case "removeprefix" -> with(name, part -> self.startsWith(part) ? self.substring(part.length()) : self);
            case "removesuffix" ->
                with(name, part -> self.endsWith(part) ? self.substring(0, self.length() - part.length()) : self);
            case "count" -> with(name, part -> count(self, part));
            case "find" -> with(name, part -> at(self, self.indexOf(part)));
            case "rfind" -> with(name, part -> at(self, self.lastIndexOf(part)));
            case "index" -> with(name, part -> found(at(self, self.indexOf(part))));
            case "rindex" -> with(name, part -> found(at(self, self.lastIndexOf(part))));
            case "partition" -> with(name, part -> StringSplitting.partition(self, part, false));
            case "rpartition" -> with(name, part -> StringSplitting.partition(self, part, true));
            case "split" -> (Callable) arguments -> split(self, arguments, false);
            case "rsplit" -> (Callable) arguments -> split(self, arguments, true);
            case "join" ->
                (Callable) arguments ->
                        join(self, arguments.bindPositional(name, "iterable").require("iterable"));
            case "replace" ->
                (Callable) arguments -> {
                    var bound = arguments.bindPositional(name, "old", "new", "count");
                    return PyText.replace(self, bound.text("old"), bound.text("new"), bound.integer("count", -1));
                };
            case "format" -> (Callable) arguments -> BraceFormat.format(self, arguments);
            default -> null;
        };
    }

    private interface Body {
        Object get();
    }

    private interface OfText {
        Object apply(String text);
    }

    private interface Predicate {
        boolean test(String text);
    }

    private static Callable plain(String name, Body body) {
        return arguments -> {
            arguments.bind(name);
            return body.get();
        };
    }

    private static Callable with(String name, OfText body) {
        return arguments -> body.apply(arguments.bindPositional(name, "sub").text("sub"));
    }

    private static Callable strip(String self, String name, boolean left, boolean right) {
        return arguments ->
                PyText.strip(self, arguments.bindPositional(name, "chars").optionalText("chars"), left, right);
    }

    private static boolean anyOf(Arguments arguments, String name, Predicate test) {
        Object wanted = arguments.bindPositional(name, "prefix").require("prefix");
        if (wanted instanceof Tuple several) {
            return several.items().stream().anyMatch(one -> test.test(Values.text(one, name + "() argument")));
        }
        return test.test(Values.text(wanted, name + "() argument"));
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    private static long at(String text, int index) {
        return index < 0 ? -1 : text.codePointCount(0, index);
    }

    private static long found(long index) {
        if (index < 0) {
            throw new TemplateException("substring not found");
        }
        return index;
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) {
            return PyText.length(text) + 1;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static List<Object> split(String self, Arguments arguments, boolean fromRight) {
        var bound = arguments.bind("split", "sep", "maxsplit");
        String separator = bound.optionalText("sep");
        long most = bound.integer("maxsplit", -1);
        return separator == null
                ? StringSplitting.byWhitespace(self, most, fromRight)
                : StringSplitting.by(self, separator, most, fromRight);
    }

    private static String join(String separator, Object iterable) {
        List<String> parts = new ArrayList<>();
        long length = 0;
        for (Object item : Values.items(iterable)) {
            if (!(item instanceof String text)) {
                throw TemplateException.type("sequence item %d: expected str instance, %s found"
                        .formatted(parts.size(), Values.typeName(item)));
            }
            parts.add(text);
            length += text.length() + separator.length();
            Limits.text(length);
        }
        return String.join(separator, parts);
    }
}
