from django.db import migrations

from bookings.catalog.words import words_of

_AT_ONCE = 2000


def write_words(apps, schema_editor):
    """Gives each request there is the words that staff find it by."""
    BookingRequest = apps.get_model("bookings", "BookingRequest")
    Registration = apps.get_model("bookings", "Registration")
    RequestWord = apps.get_model("bookings", "RequestWord")
    told = BookingRequest.objects.order_by("pk").values_list("pk", "reference", "name", "email")
    for start in range(0, told.count(), _AT_ONCE):
        RequestWord.objects.bulk_create(
            RequestWord(request_id=pk, word=word)
            for pk, *texts in list(told[start : start + _AT_ONCE])
            for word in words_of(" ".join(texts))
        )
    companies = Registration.objects.exclude(booking_request=None).exclude(company="")
    RequestWord.objects.bulk_create(
        (
            RequestWord(request_id=request, word=word, of_company=True)
            for request, company in companies.values_list("booking_request_id", "company")
            for word in words_of(company)
        ),
        batch_size=_AT_ONCE,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0011_panel_requests'),
    ]

    operations = [
        migrations.RunPython(write_words, migrations.RunPython.noop),
    ]
