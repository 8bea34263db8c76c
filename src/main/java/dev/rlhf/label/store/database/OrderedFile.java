package dev.rlhf.label.store.database;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.SingleFileStore;

/**
 * The open file of a store, in which the last block of each write reaches the disk after all the others. H2 writes a
 * commit as one chunk and takes it for whole if its first and last block are there; it does not check those between. A
 * power failure can leave out any block that was not forced to the disk.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the file beneath is thread-safe
final class OrderedFile extends FileWrapper {
    private static final int BLOCK = 4096;

    private OrderedFile(FileChannel file) {
        super(file);
    }

    /** Lets an open store write in order; H2 shows its file to nobody. */
    static void use(MVStore store) {
        try {
            Field field = SingleFileStore.class.getDeclaredField("fileChannel");
            field.setAccessible(true);
            Object single = store.getFileStore();
            field.set(single, new OrderedFile((FileChannel) Objects.requireNonNull(field.get(single))));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another version of H2 than this program's", e);
        }
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        int length = bytes.remaining();
        // The header at the beginning is there twice, with checksums.
        if (length <= BLOCK || position == 0) {
            return file.write(bytes, position);
        }
        int first = length - BLOCK;
        writeFully(bytes.slice(bytes.position(), first), position);
        file.force(false);
        writeFully(bytes.slice(bytes.position() + first, BLOCK), position + first);
        bytes.position(bytes.limit());
        return length;
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }
}
