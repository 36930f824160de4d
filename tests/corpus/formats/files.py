"""Small files of every kind, built where a test needs them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A Word document with this body; ``parts`` are further files of word/."""
    document = f'<?xml version="1.0"?><w:document {_W}><w:body>{body}</w:body></w:document>'
    more = {f"word/{name}.xml": content.replace("XMLNS", _W) for name, content in parts.items()}
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of plain cells."""
    lines = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def ofd(texts: Sequence[str], page: str = "", picture: bytes = b"", boundary: str = "0 0 210 297") -> bytes:
    """An OFD file of one page, a line for each text; or with this page. ``picture`` lies on it within ``boundary``."""
    lines = (
        f'<ofd:TextObject ID="{n}" Boundary="20 {20 + 10 * n} 160 6" Size="5"><ofd:TextCode X="0" Y="5">{text}</ofd:TextCode></ofd:TextObject>'
        for n, text in enumerate(texts)
    )
    shown = f"<ofd:ImageObject ID='98' Boundary='{boundary}' ResourceID='99'/>" if picture else ""
    content = (
        f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer ID='1'>{''.join(lines)}{shown}</ofd:Layer></ofd:Content></ofd:Page>"
    )
    media = "<ofd:MultiMedia ID='99' Type='Image'><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>"
    resources = f"<ofd:Res {_OFD} BaseLoc='Res'><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>"
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData><ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/0.xml'/></ofd:Pages></ofd:Document>",
            "Doc_0/Pages/0.xml": page or content,
            "Doc_0/DocumentRes.xml": resources,
            "Doc_0/Res/a.png": picture,
        }
    )


def pdf(pages: Sequence[str], font: str = "/Helvetica", unicode: bool = True) -> bytes:
    """A PDF whose pages draw these content streams; characters are code points where ``unicode``."""
    count = len(pages)
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(count))
    to_unicode = "/ToUnicode 4 0 R" if unicode else ""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        f"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H {to_unicode} /DescendantFonts [<< /Type /Font "
        "/Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        "/DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 "
        "/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>",
        _stream(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
            "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end"
        ),
    ]
    for n, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents {6 + 2 * n} 0 R >>"
        )
        objects.append(_stream(content))
    return _assembled(objects)


def drawn(lines: Sequence[tuple[int, int, str]], size: int = 12) -> str:
    """A content stream that shows texts at their places."""
    shown = (f"1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj" for x, y, text in lines)
    return f"BT /F {size} Tf {' '.join(shown)} ET"


def ruled(rows: Sequence[Sequence[str]], left: int = 60, top: int = 700, width: int = 110, height: int = 24) -> str:
    """A content stream that shows a table with its lines."""
    columns = len(rows[0])
    right, bottom = left + columns * width, top - len(rows) * height
    across = (f"{left} {top - n * height} m {right} {top - n * height} l S" for n in range(len(rows) + 1))
    down = (f"{left + n * width} {top} m {left + n * width} {bottom} l S" for n in range(columns + 1))
    texts = [
        (left + 4 + x * width, top - 16 - y * height, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)
    ]
    return " ".join([*across, *down, drawn(texts, 10)])


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _assembled(objects: Sequence[str]) -> bytes:
    file, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    start = len(file)
    file += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    file += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return file + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
