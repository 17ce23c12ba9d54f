"""The addresses of an invited provider.

Each page has two: the second names the provider, for people who write for several that were invited.
"""

from django.urls import path

from calloffs.views import bidding, bidding_answers, bidding_sending

CALLOFF = "calloffs/<str:reference>/"
PLACES = (CALLOFF, CALLOFF + "for/<str:organisation>/")
STANDARD = "bid/standards/<slug:code>/"
PRICE = "bid/prices/<slug:code>/"
QUESTION = "bid/questions/<slug:code>/"
FILE = QUESTION + "files/<int:file>/"
PACKAGE = "bid/receipts/<int:package>/"

PAGES = (
    ("invitation/", bidding.Show, "bid-invitation"),
    ("invitation/intention/", bidding.Respond, "bid-intention"),
    ("invitation/ask/", bidding.Ask, "bid-ask"),
    ("invitation/specification/", bidding.SpecificationFile, "bid-specification"),
    ("bid/", bidding.TaskList, "bid"),
    ("bid/start/", bidding.Start, "bid-start"),
    ("bid/standards/", bidding_answers.Standards, "bid-standards"),
    (STANDARD + "versions/", bidding_answers.StandardVersions, "bid-standard-versions"),
    (STANDARD + "versions/<int:version>/", bidding_answers.StandardVersion, "bid-standard-version"),
    ("bid/prices/", bidding_answers.Prices, "bid-prices"),
    (PRICE + "versions/", bidding_answers.PriceVersions, "bid-price-versions"),
    (PRICE + "versions/<int:version>/", bidding_answers.PriceVersion, "bid-price-version"),
    (QUESTION, bidding_answers.Question, "bid-question"),
    (QUESTION + "versions/", bidding_answers.Versions, "bid-versions"),
    (QUESTION + "versions/<int:version>/", bidding_answers.Version, "bid-version"),
    (FILE, bidding_answers.File, "bid-file"),
    (FILE + "about/", bidding_answers.AboutFile, "bid-file-about"),
    (FILE + "replace/", bidding_answers.Replace, "bid-file-replace"),
    (FILE + "confidential/", bidding_answers.Label, "bid-file-confidential"),
    ("bid/submit/", bidding_sending.Submit, "bid-submit"),
    ("bid/withdraw/", bidding_sending.Withdraw, "bid-withdraw"),
    ("bid/at-the-close/", bidding_sending.AtTheClose, "bid-at-close"),
    (PACKAGE, bidding_sending.Receipt, "bid-receipt"),
    (PACKAGE + "receipt.json", bidding_sending.ReceiptJson, "bid-receipt-json"),
    (PACKAGE + "receipt.pdf", bidding_sending.ReceiptPdf, "bid-receipt-pdf"),
    (PACKAGE + "answers/", bidding_sending.Sent, "bid-sent"),
    (PACKAGE + "answers/<int:section>/<slug:code>/", bidding_sending.Exact, "bid-sent-exact"),
)

urlpatterns = [
    path("invitations/", bidding.Invitations.as_view(), name="invitations"),
    *(path(place + page, view.as_view(), name=name) for place in PLACES for page, view, name in PAGES),
]
