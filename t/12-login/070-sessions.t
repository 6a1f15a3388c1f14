# The person's sessions: the list, one ended, all ended; nobody else's.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

my $nginx = start_nginx(app => 'login on; max_live 1000;',
    server => 'location /login/ { whatsauth_login demo; }');

sub logged_in {
    my ($from, %headers) = @_;

    return Test::WhatsAuth::Browser->logged_in($nginx, $from,
                                               headers => \%headers);
}

sub ids {
    my ($browser) = @_;

    $browser->get('/login/sessions');
    my @ids = $browser->{page} =~ /name="session" value="([0-9a-f-]{36})"/g;
    return @ids;
}

sub lives {
    my ($browser) = @_;

    $browser->get('/login/');
    return $browser->state eq 'session';
}

my $mine = logged_in('56911111111', 'User-Agent' =>
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 '
    . '(KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36');
my $phone = logged_in('56911111111');
my $other = logged_in('56922222222');

my @ids = ids($mine);
is $mine->state, 'sessions', 'the list - a page';
is @ids, 2, 'of both sessions of the person';
like $mine->{page}, qr/Chrome on Windows/, 'with the device';
like $mine->{page}, qr{<bdi dir="ltr">127\.0\.0\.x</bdi>},
    'and the place, which Arabic words around it do not turn about';
is scalar(ids($other)), 1, 'another person - has one';
is_deeply [ sort(ids($phone)) ], [ sort @ids ],
    'the list - is the same in each browser';

my ($foreign) = ids($other);
is $mine->post('sessions', session => $foreign)->{status}, 303,
    'end - a session of somebody else';
ok lives($other), 'which lives on';

$mine->post('sessions', session => $_) for '', 'x', '0' x 36, $ids[0] . 'x';
is scalar(ids($mine)), 2, 'end - what is no id ends nothing';

# That of the request is marked.

sub this {
    my ($browser) = @_;

    ids($browser);
    my ($marked) = grep { /class="badge"/ } split /<li>/, $browser->{page};
    my ($id) = $marked =~ /name="session" value="([0-9a-f-]{36})"/;
    return $id;
}

my $own = this($mine);
my ($of_phone) = grep { $_ ne $own } @ids;

my $answer = $mine->post('sessions', session => $of_phone);
is $answer->{headers}{location}, '/login/sessions',
    'end - leads back to the list';
ok !lives($phone), 'the other browser - is logged out';
ok lives($mine), 'this one - is not';

$answer = $mine->post('sessions', session => $own);
is $answer->{headers}{location}, '/login/logout', 'end - this very one';
ok !lives($mine), 'is a logout';

my @three = map { logged_in('56911111111') } 1 .. 3;
is $three[0]->post('sessions', all => 1)->{status}, 303, 'end - all';
is scalar(grep { lives($_) } @three), 0, 'no browser is logged in';
ok lives($other), 'but the other person';

$answer = $three[0]->get('/login/sessions');
is $answer->{headers}{location}, '/login/?return=%2Flogin%2Fsessions',
    'the list - without a session it leads to a login';

is $three[0]->get('/login/sessions?lang=he')->{headers}{location},
    '/login/?lang=he&return=%2Flogin%2Fsessions%3Flang%3Dhe',
    'and all that in the language that was chosen';
is $three[0]->get('/login/sessions?lang=xx')->{headers}{location},
    '/login/?return=%2Flogin%2Fsessions', 'unless nobody speaks it';
is $three[0]->post('sessions', all => 1)->{status}, 303,
    'end - without a session';

my @led = map { logged_in('56944444444') } 1 .. 2;
my ($first) = grep { $_ ne this($led[1]) } ids($led[1]);

for my $end ([ session => $first ], [ all => 1 ]) {
    $answer = $led[1]->post('sessions', @$end, return => '/a?lang=he');
    is $answer->{headers}{location}, '/a?lang=he',
        "end, $end->[0] - leads to where the form says";
}

ok !lives($_), 'and ends the session' for @led;

my @many = map { logged_in('56933333333') } 1 .. 33;
is scalar(ids($many[32])), 32, 'the 33rd session - ends the oldest';
ok !lives($many[0]), 'which is the first';
ok lives($many[1]), 'and no other';

# Sessions outlive a reload and a restart.

$nginx->reload;
ok lives($other), 'reload - the session lives';
$nginx->restart;
ok lives($other), 'restart - the session lives';

my $session = $other->cookies->{'wa-demo'};
my @logouts = map { $nginx->request('POST', '/login/logout',
    { Cookie => "wa-demo=$session", 'Sec-Fetch-Site' => 'same-origin' }) }
    1 .. 2;
is_deeply [ map { $_->{status} } @logouts ], [ 303, 303 ],
    'logout - twice';
ok !lives($other), 'is one';

$nginx->stop;
done_testing;
