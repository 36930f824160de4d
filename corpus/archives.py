"""Meet the files in archives: those to be read, and what is said of the others. Knows the record; unpacks nothing itself."""

from corpus.account import Account
from corpus.files import Found, meet_members, stamp
from corpus.held import Held
from corpus.reader import ReadError
from corpus.readers import Readers
from corpus.report import FileReport


def open_archive(archive: Found, held: Held, account: Account, readers: Readers) -> list[Found]:
    """Return the files of an archive that are to be read; where it has not changed, note what is on record of them."""
    if held.origin == "folder" and _is_unchanged(archive, held):
        _note_again(archive, held, account)
        return []
    try:
        met = meet_members(archive, readers.members(archive))
    except ReadError as error:
        account.note(FileReport(archive.shown, "failed", error.reason))
        return []
    held.forget_unread((f"{archive.place}/",), {found.place for found in met})
    members = [found for found in met if not (found.skipped or found.failed)]
    for found in (each for each in met if each not in members):
        report = FileReport(found.shown, "failed" if found.failed else "skipped", found.failed or found.skipped)
        account.note(report)
        if found.failed and found.archive:
            held.remember(found, report)
    if not members and not any(found.failed for found in met):
        account.note(FileReport(archive.shown, "skipped", "no document in it"))
    _drop_missing(archive, met, held, account)
    return members


def _is_unchanged(archive: Found, held: Held) -> bool:
    """Whether all that the archive gave is as it was; document lines are compared one by one."""
    inside = f"{archive.place}/"
    size, mtime = stamp(archive.path)
    records = [each for (path, _), each in held.places.items() if path.startswith(inside)]
    unread = [each for path, each in held.unread.items() if path.startswith(inside)]
    if any(each.source.line or held.is_stale(each) for each in records) or any(u.reader != held.reader for u in unread):
        return False
    stamps = {(r.source.size, r.source.mtime) for r in records} | {(u.size, u.mtime) for u in unread}
    return bool(mtime) and stamps == {(size, mtime)}


def _note_again(archive: Found, held: Held, account: Account) -> None:
    inside = f"{archive.place}/"
    for record in [each for (path, _), each in held.places.items() if path.startswith(inside)]:
        account.note(held.unchanged(record.source.path, record, record.source))
    for path, each in held.unread.items():
        if path.startswith(inside):
            account.note(FileReport(path, each.status, each.reason))


def _drop_missing(archive: Found, met: list[Found], held: Held, account: Account) -> None:
    """Take off the record what the archive no longer holds; what cannot be read just now stays."""
    names = {found.name for found in met if not found.skipped}
    unseen = tuple(f"{found.name}/" for found in met if found.failed)
    for (name, _), record in list(held.names.items()):
        if name.startswith(f"{archive.name}/") and name not in names and not name.startswith(unseen):
            account.note(held.drop(record, "no longer in the archive"))
