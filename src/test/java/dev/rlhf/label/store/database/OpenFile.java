package dev.rlhf.label.store.database;

import java.lang.reflect.Field;
import java.nio.channels.FileChannel;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.SingleFileStore;
import org.jdbi.v3.core.Handle;

/** The file of an open database; a test's subclass changes what happens to what is written. */
class OpenFile extends FileWrapper {
    OpenFile(FileChannel file) {
        super(file);
    }

    /** Puts another file in the place of the one that the database has open. */
    static void replace(Database database, UnaryOperator<FileChannel> by) throws ReflectiveOperationException {
        Field field = SingleFileStore.class.getDeclaredField("fileChannel");
        field.setAccessible(true);
        Object ordered = field.get(database.read(OpenFile::store).getFileStore());
        Field file = FileWrapper.class.getDeclaredField("file");
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
}
