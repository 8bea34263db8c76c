package dev.rlhf.refusal.judge;

import java.util.regex.Pattern;

/** Roman numerals in capitals. */
final class RomanNumerals {
    private static final Pattern ROMAN =
            Pattern.compile("(?=[MDCLXVI]{2})M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})");

    private RomanNumerals() {}

    /** Returns the value of a numeral of at least two letters, such as VII; 0 for anything else. */
    static int value(String word) {
        if ("MDCLXVI".indexOf(word.charAt(0)) < 0 || !ROMAN.matcher(word).matches()) {
            return 0;
        }
        int total = 0;
        for (int i = 0; i < word.length(); i++) {
            int value = digit(word.charAt(i));
            total += i + 1 < word.length() && value < digit(word.charAt(i + 1)) ? -value : value;
        }
        return total;
    }

    private static int digit(char letter) {
        return switch (letter) {
            case 'M' -> 1000;
            case 'D' -> 500;
            case 'C' -> 100;
            case 'L' -> 50;
            case 'X' -> 10;
            case 'V' -> 5;
            default -> 1;
        };
    }
}
