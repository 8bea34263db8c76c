package dev.rlhf.text;

/** GPT-2's spelling of bytes as characters: a printable byte is spelled as itself, the others as U+0100 and up, in order. */
final class ByteLevel {
    private ByteLevel() {}

    /**
     * Returns whether a token's bytes end within a UTF-8 character, and its spelling, which transformers finds in texts once it is
     * the padding token, is not one that people type: it must contain a character that stands for an unprintable byte.
     */
    static boolean breaksOff(String spelling) {
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

    /** Returns the byte that a character stands for, or -1. */
    private static int byteOf(int c) {
        if (printable(c)) {
            return c;
        }
        int left = c - 0x100;
        for (int b = 0; b < 0x100; b++) {
            if (!printable(b) && left-- == 0) {
                return b;
            }
        }
        return -1;
    }

    private static boolean printable(int b) {
        return (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
    }
}
