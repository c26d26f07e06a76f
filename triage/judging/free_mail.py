"""Domains where strangers share a domain: a name there says nothing about a company."""

# fmt: off
FREE_MAIL: frozenset[str] = frozenset({
    "126.com", "163.com", "aim.com", "aol.com", "att.net", "bellsouth.net", "bigpond.com",
    "bluewin.ch", "btinternet.com", "charter.net", "comcast.net", "cox.net", "daum.net", "duck.com",
    "earthlink.net", "fastmail.com", "fastmail.fm", "free.fr", "freenet.de", "frontier.com",
    "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com",
    "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "hotmail.it", "hushmail.com",
    "icloud.com", "inbox.com", "juno.com", "laposte.net", "libero.it", "live.co.uk", "live.com",
    "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "neuf.fr",
    "o2.pl", "onet.pl", "optonline.net", "orange.fr", "outlook.com", "outlook.de", "outlook.fr",
    "pacbell.net", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "rediffmail.com",
    "rocketmail.com", "rogers.com", "runbox.com", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca",
    "sina.com", "sky.com", "sympatico.ca", "t-online.de", "talktalk.net", "telus.net", "tuta.com",
    "tutanota.com", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com", "wanadoo.fr",
    "web.de", "windstream.net", "wp.pl", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com",
    "yandex.ru", "yeah.net", "ymail.com", "zoho.com",
})
# fmt: on
