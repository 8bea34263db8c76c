package dev.rlhf.label.store.database;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.SingleFileStore;
import org.h2.store.fs.FileBase;
import org.jdbi.v3.core.Handle;

/** The file of an open database; a test's subclass changes what happens to what is written. */
class OpenFile extends FileBase {
    private final FileChannel file;

    OpenFile(FileChannel file) {
        this.file = file;
    }

    /** Puts another file in the place of the one that the database has open. */
    static void replace(Database database, UnaryOperator<FileChannel> by) throws ReflectiveOperationException {
        Field field = SingleFileStore.class.getDeclaredField("fileChannel");
        field.setAccessible(true);
        Object ordered = field.get(database.read(OpenFile::store).getFileStore());
        Field file = OrderedFile.class.getDeclaredField("file");
        file.setAccessible(true);
        file.set(ordered, by.apply((FileChannel) file.get(ordered)));
    }

    /** Returns the store beneath the tables. */
    static MVStore store(Handle handle) {
        try {
            SessionLocal session = (SessionLocal)
                    handle.getConnection().unwrap(JdbcConnection.class).getSession();
            return session.getDatabase().getStore().getMvStore();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        return file.write(bytes, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        file.force(metaData);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        return file.read(bytes, position);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        return file.read(bytes);
    }

    @Override
    public int write(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
