package dev.rlhf.text.internal;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's alphabet of 256 printable characters, one a byte, so that any UTF-8 text is a string over it. Bytes that print in
 * Latin-1 stand for themselves, the others for U+0100 onwards.
 */
public final class ByteLevel {
    private static final char[] CHARACTERS = characters();

    private ByteLevel() {}

    /** The character that stands for {@code value}, 0 to 255. */
    public static char character(int value) {
        return CHARACTERS[value];
    }

    /** {@code text}'s UTF-8 bytes as characters of the alphabet. */
    public static String spell(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder spelt = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            spelt.append(CHARACTERS[b & 0xFF]);
        }
        return spelt.toString();
    }

    private static char[] characters() {
        char[] characters = new char[256];
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            characters[b] = printable ? (char) b : next++;
        }
        return characters;
    }
}
