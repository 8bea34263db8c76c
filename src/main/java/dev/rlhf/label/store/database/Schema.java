package dev.rlhf.label.store.database;

import dev.rlhf.base.InputException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** The versions of a store's schema, which Flyway applies: the scripts in {@code dev/rlhf/label/store/db}. */
final class Schema {
    private Schema() {}

    private static Flyway flyway(DataSource store) {
        return Flyway.configure()
                .dataSource(store)
                .locations("classpath:dev/rlhf/label/store/db")
                .loggers("slf4j")
                // By default, migrations of later versions are ignored; this version could not write rows for them.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }

    /** Throws if the schema is not this version's. */
    static void refuseOther(DataSource store, Path path) {
        try {
            flyway(store).validate();
        } catch (FlywayException e) {
            throw new InputException(
                    path
                            + ": written by an earlier version of rlhf, or a later one; an earlier one's is brought "
                            + "up to date by"
                            + " rlhf label serve or import",
                    e);
        }
    }

    /** Returns whether there is something for {@link #migrate} to do. */
    static boolean isOlder(DataSource store, Path path) {
        try {
            return flyway(store).info().pending().length > 0;
        } catch (FlywayException e) {
            throw OpeningFailures.of(path, e);
        }
    }

    /** Brings the schema up to date; throws if it is not one of this version's or an earlier one's. */
    static void migrate(DataSource store, Path path) {
        try {
            flyway(store).migrate();
        } catch (FlywayValidateException e) {
            throw new InputException(
                    path + ": its schema is not one of this version's; use the version of rlhf that wrote it", e);
        } catch (FlywayException e) {
            throw OpeningFailures.of(path, e);
        }
    }
}
