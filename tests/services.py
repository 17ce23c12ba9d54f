"""Says in a sentence when PostgreSQL or Redis is not there: `python -m tests.services`."""

import os
import sys

import environ
import psycopg2
import redis


def troubles() -> list[str]:
    """Return a sentence for each service of DATABASE_URL and REDIS_URL that does not answer."""
    found = []
    database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    where = f"{database['HOST'] or 'this machine'}:{database['PORT'] or 5432}"
    try:
        psycopg2.connect(
            host=database["HOST"] or None,
            port=database["PORT"] or None,
            user=database["USER"] or None,
            password=database["PASSWORD"] or None,
            dbname=database["NAME"],
            connect_timeout=5,
        ).close()
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        found.append(f"PostgreSQL does not answer at {where} (DATABASE_URL): {reason}")
    try:
        client = redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=5)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError) as error:
        found.append(f"Redis does not answer (REDIS_URL): {error}")
    return found


if __name__ == "__main__":
    for sentence in (said := troubles()):
        print(sentence, file=sys.stderr)  # noqa: T201 - a command's answer
    sys.exit(bool(said))
