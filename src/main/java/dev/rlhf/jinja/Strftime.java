package dev.rlhf.jinja;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Python's {@code strftime} for a local time without a zone, in the C locale. */
final class Strftime {
    private Strftime() {}

    /** @throws TemplateException if the format has an unsupported directive */
    static String format(String format, ZonedDateTime time) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            boolean unpadded = i < format.length() && format.charAt(i) == '-';
            i += unpadded ? 1 : 0;
            String field = i < format.length() ? field(format.charAt(i), time) : "";
            if (field == null) {
                throw TemplateException.unsupported("the date format " + Printing.quote(format));
            }
            i++;
            out.append(unpadded && field.length() > 1 && field.startsWith("0") ? stripped(field) : field);
            Limits.text(out.length());
        }
        return out.toString();
    }

    private static String stripped(String field) {
        String digits = field.replaceFirst("^0+", "");
        return digits.isEmpty() ? "0" : digits;
    }

    private static @Nullable String field(char directive, ZonedDateTime time) {
        return switch (directive) {
            case 'Y' -> Integer.toString(time.getYear());
            case 'y' -> two(time.getYear() % 100);
            case 'm' -> two(time.getMonthValue());
            case 'd' -> two(time.getDayOfMonth());
            case 'e' -> "%2d".formatted(time.getDayOfMonth());
            case 'j' -> "%03d".formatted(time.getDayOfYear());
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'H' -> two(time.getHour());
            case 'I' -> two((time.getHour() + 11) % 12 + 1);
            case 'M' -> two(time.getMinute());
            case 'S' -> two(time.getSecond());
            case 'f' -> "%06d".formatted(time.getNano() / 1000);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
            case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
            case 'Z', 'z' -> "";
            case 'F' -> format("%Y-%m-%d", time);
            case 'T' -> format("%H:%M:%S", time);
            case 'R' -> format("%H:%M", time);
            case 'D' -> format("%m/%d/%y", time);
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> null;
        };
    }

    private static String two(int number) {
        return "%02d".formatted(number);
    }
}
