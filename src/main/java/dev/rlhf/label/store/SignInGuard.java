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
 * Slows down who guesses passwords and invites. Tries are counted under keys: the address, and the name that is tried.
 * From a key's limit on, each failure shuts it for twice as long as the one before: a minute, two, four … an hour. A
 * success opens it again, and so do 24 hours of quiet. A name has a higher limit than an address, so that strangers
 * cannot shut an admin out by a few wrong tries. In memory: a restart forgets. Thread-safe.
 */
final class SignInGuard {
    static final int PER_ADDRESS = 5;
    static final int PER_NAME = 20;

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration FORGET = Duration.ofHours(24);
    /** Keys remembered; beyond, the one not tried for longest goes. */
    private static final int SIZE = 10_000;

    private final InstantSource clock;
    /** By time of the last try. */
    private final Map<String, Tries> tries = new LinkedHashMap<>(64, 0.75f, true);

    SignInGuard(InstantSource clock) {
        this.clock = clock;
    }

    private record Tries(int failures, Instant shutUntil, Instant last) {}

    /** Something tries are counted under. */
    record Key(String what, int limit) {
        static Key address(String address) {
            return new Key("address " + network(address), PER_ADDRESS);
        }

        static Key name(String name) {
            return new Key("name " + name, PER_NAME);
        }

        /** Of invites: nobody guesses those, so it is about noise; and a whole office may come from one address. */
        static Key invitesFrom(String address) {
            return new Key("invites from " + network(address), PER_NAME);
        }

        /** Who has one IPv6 address has the whole /64. */
        private static String network(String address) {
            try {
                byte[] bytes = InetAddress.ofLiteral(address).getAddress();
                return HexFormat.of().formatHex(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
            } catch (IllegalArgumentException e) {
                return address; // what a proxy wrote instead of an address counts as one
            }
        }
    }

    /**
     * Counts a try as failed before it is made, so that a thousand at once are a thousand; {@link #succeeded} takes it
     * back.
     *
     * @throws TooManyTriesException if one of the keys is shut; then nothing is counted
     */
    synchronized void attempt(Key... keys) {
        check(keys);
        failed(keys);
    }

    /** @throws TooManyTriesException if one of the keys is shut */
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

    /** @param beyond failures above the limit; below it nothing is shut */
    private static Duration shut(int beyond) {
        if (beyond < 0) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(beyond, 10));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }
}
