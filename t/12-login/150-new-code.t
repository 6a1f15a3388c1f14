# A new code takes the place of the one before, whose link logs nobody in any
# more, wherever it still is.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $receiver = start_receiver();
my $nginx = start_nginx(
    apps => whatsauth_app(callback_url => $receiver->url('/204'),
                          more => "login on; start_limit 8/m 600/h;\n"
                                  . 'authorized_origins https://a.example;'),
    server => 'location /login/ { whatsauth_login demo; }');

my $browser = Test::WhatsAuth::Browser->new($nginx);

sub state_of {
    my ($claim) = @_;

    local $browser->cookies->{'wa-claim-demo'} = $claim
        // $browser->cookies->{'wa-claim-demo'};

    return $browser->send('GET', '/login/status', {})->{json};
}

sub begin {
    my (%fields) = @_;

    $browser->post('start', %fields);
    $browser->get('/login/');
    return ($browser->text, $browser->cookies->{'wa-claim-demo'});
}

my ($text, $claim) = begin();
is_deeply [ begin() ], [ $text, $claim ], 'start - the same code as long as '
    . 'it lives';

my ($new, $renewed) = begin(new => 1);
isnt $new, $text, 'new=1 - another code';
is state_of($claim)->{status}, 'failed', 'the old one - has ended';

ok $receiver->wait_for(sub { ($_[0]{json}{error} // '') eq 'cancelled' }),
    'the site - is told how';

is $nginx->message(text_message($text))->{status}, 200,
    'the old link - its text is sent';
is state_of($claim)->{status}, 'failed', 'and validates nothing';
is state_of($renewed)->{status}, 'requested', 'nor the new code';

$nginx->message(text_message($new));
is state_of($renewed)->{status}, 'validated', 'the new link - logs in';

# A login that has been validated meanwhile is not undone.

my (undef, $third) = begin(new => 1);
isnt $third, $renewed, 'new=1, after a message - a new code all the same';
is state_of($renewed)->{status}, 'validated', 'the old login - stays as it is';

# Refused for what is wrong with the request, it ends nothing.

is $browser->post('start', new => 1, channel => 'pigeon')->{status}, 400,
    'new=1, a wrong channel - refused';
is state_of($third)->{status}, 'requested', 'the old code - lives';

# The widget, which has its claim as Bearer.

my %headers = ('Content-Type' => 'application/x-www-form-urlencoded',
               Origin => 'https://a.example');
my $answer = $nginx->post('/login/start', 'claim=1', \%headers);
my $bearer = "Bearer $answer->{headers}{'whatsauth-claim'}";

sub widget_state {
    return $nginx->get('/login/status', { Authorization => $bearer })
               ->{json}{status};
}

is widget_state(), 'requested', 'widget - a code';
$answer = $nginx->post('/login/start', 'claim=1&new=1',
                       { %headers, Authorization => $bearer });
is $answer->{status}, 200, 'widget, new=1 - another one';
is widget_state(), 'failed', 'its old code - has ended';

# Too many

for (1 .. 8) {
    (undef, $claim) = begin(new => 1);
}
is $browser->post('start', new => 1)->{status}, 429,
    'new=1, too often - refused';
is state_of($claim)->{status}, 'requested', 'the old code - lives';

$nginx->stop;
done_testing;
