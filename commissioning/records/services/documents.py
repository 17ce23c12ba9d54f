"""Documents that are not sealed: kept once, known by their SHA-256, given out as attachments alone."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from commissioning.audit.services import PORTAL, record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation
from commissioning.records import scanning, store, uploads
from commissioning.records.models import Document
from commissioning.records.uploads import Upload
from commissioning.workflow import Refused, lock


def add(
    *,
    organisation: Organisation,
    title: str,
    file: Any,
    actor: Actor,
    now: datetime,
    is_public: bool = False,
    replaces: Document | None = None,
    audit_chain: str = PORTAL,
    field: str | None = None,
    checked: Upload | None = None,
) -> Document:
    """Keep an uploaded file as a document of the organisation, and return it.

    Who may is the caller's to ask. Raises Refused, naming both limits, for what `uploads` does not take (at
    the form's `field`), for what the virus scanner did not find clean, and for a new version of something
    that has one already. Others read it at once, so unlike a sealed file it is not held but refused.
    `checked` is what `check` gave, asked before the caller's unit: no lock is held while a file is scanned.
    """
    upload = checked or check(file=file, field=field)
    hashed = store.Hashed(_read(file))
    path = store.save(hashed)
    try:
        with unit():
            _insist_on_newest(replaces)
            document = Document.objects.create(
                organisation=organisation,
                title=title,
                file_name=upload.name,
                content_type=upload.content_type,
                size=upload.size,
                sha256=hashed.digest(),
                path=path,
                is_public=is_public,
                uploaded_at=now,
                uploaded_by_id=actor.pk,
                replaces=replaces,
            )
            after = {"title": title, "file_name": upload.name, "sha256": document.sha256}
            if replaces is not None:
                after["replaces"] = replaces.reference
            record("document.add", document, actor=actor, at=now, after=after, chain=audit_chain)
    except BaseException:
        store.remove(path)
        raise
    return document


def check(*, file: Any, field: str | None = None) -> Upload:
    """Return what an uploaded file is, if `add` would take it. Raises Refused as `add`."""
    upload = uploads.check_upload(file, field=field)
    if scanning.is_set_up():
        _insist_on_clean(upload.name, file, field)
    return upload


def set_public(
    *, document: Document, is_public: bool, actor: Actor, now: datetime, audit_chain: str = PORTAL
) -> None:
    """Let everybody have a document, or nobody but whom its owner names. Who may is the caller's to ask."""
    with unit():
        lock(document)
        before, document.is_public = document.is_public, is_public
        document.save(update_fields=["is_public"])
        record(
            "document.set_public",
            document,
            actor=actor,
            at=now,
            before={"is_public": before},
            after={"is_public": is_public},
            chain=audit_chain,
        )


def stream(*, document: Document) -> Iterator[bytes]:
    """Return the document's bytes in chunks, checked against its SHA-256 before the first is given.

    Raises `store.Damaged` where the file is gone or is no longer what was kept.
    """
    digest = hashlib.sha256()
    try:
        for chunk in store.chunks(document.path):
            digest.update(chunk)
    except FileNotFoundError:
        raise store.Damaged(f"The file of {document} is missing from the store.") from None
    if digest.hexdigest() != document.sha256:
        raise store.Damaged(f"The file of {document} is not the one that was kept.")
    return store.chunks(document.path)


def _insist_on_clean(name: str, file: Any, field: str | None) -> None:
    scan = scanning.scan(_read(file))
    if scan.is_infected:
        raise Refused(scanning.words_of_virus(name, scan), field=field)
    if not scan.is_clean:
        raise Refused(
            f"“{name}” could not be scanned for viruses: {scan.found}. Nothing of it was kept. Try again in "
            "some minutes, or choose a smaller file.",
            field=field,
        )


def _insist_on_newest(replaced: Document | None) -> None:
    if replaced is None:
        return
    lock(replaced)
    if Document.objects.filter(replaces=replaced).exists():
        raise Refused(f"{replaced.title} has a newer version already: replace that one.")


def _read(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(store.CHUNK):
        yield chunk
