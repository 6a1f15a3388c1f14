# The texts that a user gets by WhatsApp are in the language of the page where
# the login began.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

binmode $_, ':utf8' for Test::More->builder->output,
    Test::More->builder->failure_output;

my $site = start_consent('login_title "My company"; confirm always; '
                         . 'reply_limit 1000/h 1000/h;');


# The texts to the victim of a login that began in a language.

sub told {
    my ($language) = @_;

    my $browser = $site->browser(headers => { 'Accept-Language' => $language });
    $site->begin($browser);
    $site->send($browser, $VICTIM);

    my $pin = $site->pin($VICTIM);
    my $asked = ($site->texts($VICTIM))[-1];

    $browser->post('pin', pin => $pin);
    $browser->post('finish');
    ok $browser->cookies->{'wa-demo'}, "$language - a session";
    my $told = $site->wait_text($VICTIM, qr/0\z/);

    $site->say($VICTIM, '0');
    my $ended = $site->wait_text($VICTIM, qr/\A[^\n]*24[^\n]*\z/);

    utf8::decode($_) for $asked, $told, $ended;
    return ($asked, $told, $ended);
}


my ($asked, $told, $ended) = told('es-MX, en;q=0.5');
like $asked, qr/^Alguien quiere entrar en My company con tu número\.\n\n/,
    'Spanish - the PIN';
like $asked, qr/\nLugar: 127\.0\.0\.x\n/, 'and the place';
like $asked, qr/:\n\*\d{6}\*\n/, 'and the PIN on a line of its own';
like $told, qr/^Has entrado en My company\..*¿No eres tú\? Responde 0\z/s,
    'Spanish - after the login';
like $ended, qr/^Hecho\./, 'Spanish - the answer to 0';

($asked, $told, $ended) = told('ar');
like $asked, qr/\nالمكان: \x{2068}127\.0\.0\.x\x{2069}\n/,
    'Arabic - the place in an isolate';
like $asked, qr/:\n\*\d{6}\*\n/, 'and the PIN on a line of its own';
like $told, qr/أجب بالرقم 0\z/, 'Arabic - after the login';
like $ended, qr/^تم\./, 'Arabic - the answer to 0';

$site->nginx->stop;
done_testing;
