package dev.rlhf.checkpoint.hub;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Downloads a model from a hub into the cache, in the layout of {@code huggingface_hub}, so that Python finds it too.
 * Interrupted downloads resume, a file whose hash is wrong is deleted, and {@code refs/} names the commit only when all
 * files are complete. Concurrent fetches divide the files between them. One thread at a time.
 */
public final class Fetch {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long SPARE = 64L << 20; // bytes to leave free on the disk

    private final HubAccess access;
    private final HubCache cache;
    private final Duration timeout;
    private final Retries retries;
    private final FetchListener listener;
    private final ToLongFunction<Path> freeBytes;

    Fetch(
            HubAccess access,
            HubCache cache,
            Duration timeout,
            Retries retries,
            FetchListener listener,
            ToLongFunction<Path> freeBytes) {
        this.access = access;
        this.cache = cache;
        this.timeout = timeout;
        this.retries = retries;
        this.listener = listener;
        this.freeBytes = freeBytes;
    }

    /**
     * Creates a fetch with the settings of {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code HF_HOME} and related
     * variables.
     */
    public static Fetch of(Map<String, String> environment, FetchListener listener) {
        return new Fetch(
                HubAccess.of(environment),
                HubCache.of(environment),
                TIMEOUT,
                Retries.standard(listener),
                listener,
                Fetch::usableBytes);
    }

    /**
     * A selected file.
     * @param fetched whether it has been fetched before
     */
    public record Entry(String path, long size, boolean fetched) {}

    /**
     * The files of a fetch.
     *
     * @param snapshot the checkpoint folder
     */
    public record Plan(String commit, Path snapshot, List<Entry> files) {
        public long bytes() {
            return files.stream().mapToLong(Entry::size).sum();
        }
    }

    /**
     * Fetches a model.
     *
     * @param include name patterns of the files to fetch, with {@code *} and {@code ?}; empty: the files that training
     *     needs
     * @param dryRun whether to list the files without fetching them
     * @throws InputException if there is no such model, access is denied, or the cache has too little space or cannot
     *     be written
     * @throws FetchFailedException if the network or the hub fails repeatedly
     */
    public Plan run(ModelReference model, List<String> include, boolean dryRun) throws IOException {
        try (HubClient hub = new HubClient(access, timeout)) {
            HubListing listing = retries.run(model.text(), () -> 0, () -> hub.list(model));
            FileSelection selection = include.isEmpty()
                    ? FileSelection.forTraining(model, listing)
                    : FileSelection.including(model, listing, include);
            Path repository = cache.folder(model.id());
            Path snapshot = repository.resolve("snapshots").resolve(listing.commit());
            Plan plan = new Plan(
                    listing.commit(),
                    snapshot,
                    selection.chosen().stream()
                            .map(file -> new Entry(file.path(), file.size(), Files.exists(blob(repository, file))))
                            .toList());
            noteLeftOut(selection);
            if (!dryRun) {
                requireSpace(repository, selection.chosen());
                download(hub, model, listing, selection.chosen());
                if (!model.revisionOrMain().equals(listing.commit())) {
                    AtomicFiles.writeString(
                            repository.resolve("refs").resolve(model.revisionOrMain()), listing.commit());
                }
            }
            return plan;
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new InputException(
                    e.getFile() + ": cannot be written (" + reason
                            + "); set HF_HOME, or HF_HUB_CACHE, to a writable folder",
                    e);
        }
    }

    private void download(HubClient hub, ModelReference model, HubListing listing, List<HubFile> files)
            throws IOException {
        Path repository = cache.folder(model.id());
        DownloadProgress progress = new DownloadProgress(listener, files);
        for (HubFile file : files) {
            Path blob = blob(repository, file);
            progress.begin(file);
            if (!Files.exists(blob)) {
                try (BlobLock _ = lock(repository, file)) {
                    if (!Files.exists(blob)) { // another fetch may have finished it meanwhile
                        new BlobDownload(
                                        file,
                                        blob,
                                        from -> hub.open(model, listing.commit(), file, from),
                                        retries,
                                        progress)
                                .run();
                    }
                }
            }
            progress.end();
        }
        Path snapshot = repository.resolve("snapshots").resolve(listing.commit());
        for (HubFile file : configLast(files)) {
            link(snapshot.resolve(file.path()), blob(repository, file));
        }
    }

    /** Sorts config files last: a snapshot that has its config is complete. */
    private static List<HubFile> configLast(List<HubFile> files) {
        return files.stream()
                .sorted(Comparator.comparing(file -> file.path().endsWith("config.json")))
                .toList();
    }

    private BlobLock lock(Path repository, HubFile file) throws IOException {
        Path lock = cache.root()
                .resolve(".locks")
                .resolve(cache.root().relativize(repository))
                .resolve(file.hash() + ".lock");
        return BlobLock.acquire(lock, () -> listener.note(file.path() + ": another fetch is downloading it; waiting"));
    }

    private static Path blob(Path repository, HubFile file) {
        return repository.resolve("blobs").resolve(file.hash());
    }

    /**
     * Makes a relative link, so that the cache can be moved, or a copy if links are not possible (Windows without
     * permission).
     */
    private static void link(Path link, Path blob) throws IOException {
        Path folder = link.toAbsolutePath().resolveSibling("");
        Files.createDirectories(folder);
        Path target = folder.relativize(blob.toAbsolutePath());
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            return;
        }
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(link);
        }
        try {
            Files.createSymbolicLink(link, target);
        } catch (FileAlreadyExistsException e) {
            // another fetch made it
        } catch (UnsupportedOperationException | IOException e) {
            AtomicFiles.writeFile(link, temporary -> Files.copy(blob, temporary, StandardCopyOption.REPLACE_EXISTING));
        }
    }

    private void requireSpace(Path repository, List<HubFile> files) throws IOException {
        long needed = 0;
        for (HubFile file : files) {
            Path blob = blob(repository, file);
            needed += Files.exists(blob) ? 0 : Math.max(0, file.size() - BlobDownload.partialBytes(blob));
        }
        long free = freeBytes.applyAsLong(cache.root());
        if (needed > 0 && needed + SPARE > free) {
            throw InputException.at(
                    cache.root(),
                    gigabytes(needed) + " are needed and " + gigabytes(free)
                            + " are free; free some space, or set HF_HOME to a folder on another disk");
        }
    }

    private void noteLeftOut(FileSelection selection) {
        if (!selection.leftOut().isEmpty()) {
            long bytes = selection.leftOut().stream().mapToLong(HubFile::size).sum();
            listener.note("left out: %d files, %s (%s)"
                    .formatted(selection.leftOut().size(), gigabytes(bytes), FileSelection.names(selection.leftOut())));
        }
    }

    private static String gigabytes(long bytes) {
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.2f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    private static long usableBytes(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // the file system does not report it
        }
    }
}
