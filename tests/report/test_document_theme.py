"""What a team adds to the look of the document: a style sheet, a logo, a classification."""

import io
from base64 import b64encode

import pikepdf
import pytest
from PIL import Image

from tests.report.shop import shop
from threatdsl.report.document.pdf import document, pdf
from threatdsl.report.document.setting import Resources
from threatdsl.report.edition import Edition, Theme


def logo() -> str:
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "#123456").save(content, "PNG")
    return f"data:image/png;base64,{b64encode(content.getvalue()).decode()}"


def pictures(made: bytes) -> int:
    with pikepdf.open(io.BytesIO(made)) as file:
        return len(file.pages[0].get_images())


def test_the_style_sheet_of_the_team_comes_last() -> None:
    source = document(shop(), Edition(theme=Theme(css="h2 { color: #014421 }")))
    assert source.index("h2 { color: #014421 }") > source.index("string-set: chapter")
    assert source[source.index("h2 { color: #014421 }") :].startswith("h2 { color: #014421 }</style>")


def test_the_logo_is_on_the_cover() -> None:
    assert pictures(pdf(shop())) == 0
    assert pictures(pdf(shop(), Edition(theme=Theme(logo=logo())))) == 1


def test_a_classification_of_the_edition_goes_before_that_of_the_model() -> None:
    source = document(shop(), Edition(theme=Theme(classification="TLP:AMBER & <b>")))
    assert '<span class="cls">TLP:AMBER &amp; &lt;b&gt;</span>' in source
    assert '<span class="off cls-name">TLP:AMBER &amp; &lt;b&gt;</span>' in source


@pytest.mark.parametrize("url", ["https://example.org/a.png", "file:///etc/passwd", "data:image/png;base64,AAAA"])
def test_beside_the_logo_nothing_is_loaded(url: str) -> None:
    with pytest.raises(ValueError, match="loads nothing from outside"):
        Resources(logo())(url)


def test_a_style_sheet_that_loads_from_outside_loads_nothing() -> None:
    css = '@import "https://example.org/x.css"; h2 { background: url(https://example.org/y.png) }'
    assert pictures(pdf(shop(), Edition(theme=Theme(css=css)))) == 0
