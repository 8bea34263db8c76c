package dev.rlhf.text;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's alphabet of 256 printable characters, one per byte, in which every UTF-8 text can be spelled. Bytes that are
 * printable in Latin-1 represent themselves; the others are represented by U+0100 and up, in order.
 */
final class ByteLevel {
    private static final char[] CHARACTERS = characters();

    private ByteLevel() {}

    /** Returns the character for a byte, 0 to 255. */
    static char character(int value) {
        return CHARACTERS[value];
    }

    /** Returns the UTF-8 bytes of {@code text} as characters of the alphabet. */
    static String spell(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder spelled = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            spelled.append(CHARACTERS[b & 0xFF]);
        }
        return spelled.toString();
    }

    /**
     * Returns whether a token ends within a UTF-8 character and its spelling cannot be typed by accident. The latter
     * matters because transformers recognises the padding token in texts; such a spelling contains a character for an
     * unprintable byte.
     */
    static boolean endsMidCharacter(String spelling) {
        int[] bytes = spelling.chars().map(ByteLevel::byteOf).toArray();
        boolean typed = spelling.chars().noneMatch(c -> c >= 0x100);
        int lead = bytes.length - 1;
        while (lead >= 0 && bytes[lead] >= 0x80 && bytes[lead] < 0xC0) {
            lead--;
        }
        if (typed || lead < 0 || bytes[lead] < 0xC2) {
            return false;
        }
        int needed = bytes[lead] < 0xE0 ? 2 : bytes[lead] < 0xF0 ? 3 : 4;
        return bytes.length - lead < needed;
    }

    /** Returns the byte of a character, or -1. */
    private static int byteOf(int c) {
        for (int b = 0; b < CHARACTERS.length; b++) {
            if (CHARACTERS[b] == c) {
                return b;
            }
        }
        return -1;
    }

    private static char[] characters() {
        char[] characters = new char[256];
        char next = 256;
        for (int b = 0; b < characters.length; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            characters[b] = printable ? (char) b : next++;
        }
        return characters;
    }
}
