package dev.rlhf.label.store;

import dev.rlhf.label.api.TooManyTriesException;
import dev.rlhf.label.store.database.Database;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/**
 * Slows down guessing of passwords and invites. Attempts are counted per address and per name. From a key's limit on,
 * each failure blocks it twice as long as the one before: 1, 2, 4 … 60 minutes. A success, or 24 hours without
 * attempts, unblocks it. A name has a higher limit than an address, so that strangers cannot lock an admin out with a
 * few wrong attempts. The counts survive a restart. Thread-safe; its methods must not be called within a transaction.
 */
final class SignInGuard {
    static final int PER_ADDRESS = 5;
    static final int PER_NAME = 20;

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration FORGET = Duration.ofHours(24);
    /** Largest number of keys; beyond it, the least recently used one is dropped. */
    private static final int SIZE = 10_000;

    private final Database database;
    /** The rows of the table, ordered by the time of the last attempt. */
    private final Map<String, Tries> tries = new LinkedHashMap<>(64, 0.75f, true);

    SignInGuard(Database database) {
        this.database = database;
        database.read(handle -> handle.createQuery(
                                "SELECT counted_by, failures, blocked_until, last_at FROM sign_in_failure"
                                        + " ORDER BY last_at")
                        .map((row, context) -> Map.entry(
                                row.getString("counted_by"),
                                new Tries(
                                        row.getInt("failures"),
                                        Times.instant(row, "blocked_until"),
                                        Times.instant(row, "last_at"))))
                        .list())
                .forEach(entry -> tries.put(entry.getKey(), entry.getValue()));
    }

    private record Tries(int failures, Instant shutUntil, Instant last) {}

    /** A key under which attempts are counted. */
    record Key(String what, int limit) {
        static Key address(String address) {
            return new Key("address " + network(address), PER_ADDRESS);
        }

        static Key name(String name) {
            // No admin's name is longer than what is kept.
            return new Key("name " + name.substring(0, Math.min(100, name.length())), PER_NAME);
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
                return address; // a proxy may write something other than an address; at most 64 characters of it
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
        Instant now = now();
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
        Instant now = now();
        for (Key key : keys) {
            int failures = find(key, now).failures() + 1;
            tries.put(key.what(), new Tries(failures, now.plus(shut(failures - key.limit())), now));
        }
        List<String> dropped = new ArrayList<>();
        while (tries.size() > SIZE) {
            String oldest = tries.keySet().iterator().next();
            tries.remove(oldest);
            dropped.add(oldest);
        }
        database.run(handle -> {
            for (Key key : keys) {
                store(handle, key.what());
            }
            dropped.forEach(oldest -> delete(handle, oldest));
        });
    }

    synchronized void succeeded(Key... keys) {
        List<String> known = Arrays.stream(keys)
                .map(Key::what)
                .filter(key -> tries.remove(key) != null)
                .toList();
        if (!known.isEmpty()) {
            database.run(handle -> known.forEach(key -> delete(handle, key)));
        }
    }

    /** Forgets all failures. */
    synchronized void clear() {
        tries.clear();
        database.run(handle -> handle.execute("DELETE FROM sign_in_failure"));
    }

    private void store(Handle handle, String key) {
        Tries counted = Objects.requireNonNull(tries.get(key));
        handle.createUpdate("MERGE INTO sign_in_failure KEY (counted_by) VALUES (:key, :failures, :until, :last)")
                .bind("key", key)
                .bind("failures", counted.failures())
                .bind("until", counted.shutUntil().atOffset(ZoneOffset.UTC))
                .bind("last", counted.last().atOffset(ZoneOffset.UTC))
                .execute();
    }

    private static void delete(Handle handle, String key) {
        handle.createUpdate("DELETE FROM sign_in_failure WHERE counted_by = :key")
                .bind("key", key)
                .execute();
    }

    private Instant now() {
        return database.now().toInstant();
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
