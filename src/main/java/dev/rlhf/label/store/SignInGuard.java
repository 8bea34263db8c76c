package dev.rlhf.label.store;

import dev.rlhf.label.api.TooManyTriesException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing of passwords and invites. Attempts are counted per address and per name. From a key's limit on,
 * each failure blocks it twice as long as the one before: 1, 2, 4 … 60 minutes. A success, or 24 hours without
 * attempts, unblocks it. A name has a higher limit than an address, so that strangers cannot lock an admin out with a
 * few wrong attempts. Kept in memory only. Thread-safe.
 */
final class SignInGuard {
    static final int PER_ADDRESS = 5;
    static final int PER_NAME = 20;

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration FORGET = Duration.ofHours(24);
    /** Largest number of keys; beyond it, the least recently used one is dropped. */
    private static final int SIZE = 10_000;

    private final InstantSource clock;
    /** Ordered by the time of the last attempt. */
    private final Map<String, Tries> tries = new LinkedHashMap<>(64, 0.75f, true);

    SignInGuard(InstantSource clock) {
        this.clock = clock;
    }

    private record Tries(int failures, Instant shutUntil, Instant last) {}

    /** A key under which attempts are counted. */
    record Key(String what, int limit) {
        static Key address(String address) {
            return new Key("address " + network(address), PER_ADDRESS);
        }

        static Key name(String name) {
            return new Key("name " + name, PER_NAME);
        }

        /**
         * Returns the key of invites. Its limit is high, because invites cannot be guessed and a whole office may share
         * an address.
         */
        static Key invitesFrom(String address) {
            return new Key("invites from " + network(address), PER_NAME);
        }

        /** Returns the address, or its /64 network for IPv6, which one client controls. */
        private static String network(String address) {
            try {
                byte[] bytes = InetAddress.ofLiteral(address).getAddress();
                return HexFormat.of().formatHex(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
            } catch (IllegalArgumentException e) {
                return address; // a proxy may write something other than an address
            }
        }
    }

    /**
     * Counts an attempt as failed before it is made, so that concurrent attempts count; {@link #succeeded} reverts it.
     *
     * @throws TooManyTriesException if one of the keys is blocked; then nothing is counted
     */
    synchronized void attempt(Key... keys) {
        check(keys);
        failed(keys);
    }

    /**
     * Checks that no key is blocked.
     *
     * @throws TooManyTriesException if one is
     */
    synchronized void check(Key... keys) {
        Instant now = clock.instant();
        for (Key key : keys) {
            Tries before = find(key, now);
            if (now.isBefore(before.shutUntil())) {
                Duration left = Duration.between(now, before.shutUntil());
                throw new TooManyTriesException(Duration.ofSeconds(Math.max(1, left.toSeconds())));
            }
        }
    }

    /** Counts a failure. */
    synchronized void failed(Key... keys) {
        Instant now = clock.instant();
        for (Key key : keys) {
            int failures = find(key, now).failures() + 1;
            tries.put(key.what(), new Tries(failures, now.plus(shut(failures - key.limit())), now));
        }
        while (tries.size() > SIZE) {
            tries.remove(tries.keySet().iterator().next());
        }
    }

    synchronized void succeeded(Key... keys) {
        for (Key key : keys) {
            tries.remove(key.what());
        }
    }

    private Tries find(Key key, Instant now) {
        Tries found = tries.get(key.what());
        return found == null || found.last().plus(FORGET).isBefore(now) ? new Tries(0, Instant.EPOCH, now) : found;
    }

    /**
     * Returns how long a failure blocks.
     *
     * @param beyond failures above the limit; negative: none
     */
    private static Duration shut(int beyond) {
        if (beyond < 0) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(beyond, 10));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }
}
