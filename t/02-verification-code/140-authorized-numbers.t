# authorized_numbers: the senders that may use a code, in every spelling of a
# number, and the third message of somebody else.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(apps => join '',
    whatsauth_app(callback_url => $receiver->url('/204')),
    whatsauth_app(name => 'staff', token => 'token-of-tenant-staff',
        callback_url => $receiver->url('/204'),
        more => 'authorized_numbers "+56 9 1111 1111" +56922222222 '
                . '+5491123456789;'));

my $ISSUE = '/api/v1/verification_code';

sub code_for {
    my ($numbers, $token) = @_;

    return $nginx->issue(
        length($numbers // '') ? (authorized_numbers => $numbers) : (),
        token => $token // $TOKEN)->{json}{code} // die "$numbers\n";
}

sub send_from {
    my ($code, $from) = @_;

    $nginx->message(text_message(">>$code<<", from => $from));
}

sub refusals {
    return scalar(() = $nginx->error_log
                  =~ /reason=phone_number_not_authorized/g);
}

sub may {
    my ($title, $numbers, $from, $token) = @_;

    my $code = code_for($numbers, $token);

    send_from($code, $from);
    my $json = ($receiver->wait_for($code, 3) // {})->{json} // {};

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    is_deeply { map { $_ => $json->{$_} } qw( status phone_number ) },
        { status => 'validated', phone_number => "+$from" }, $title;

    return $json->{authorized_numbers};
}

sub may_not {
    my ($title, $numbers, $from, $token) = @_;

    my $code = code_for($numbers, $token);
    my $before = refusals();

    send_from($code, $from);

    my ($record) = grep { $_->{code} eq $code } $nginx->records;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    is_deeply [ $record->{status}, refusals() ],
        [ 'requested', $before + 1 ], $title;
}

# One person, two spellings

may('Brazil - listed with the ninth digit, seen without',
    '+5511987654321', '551187654321');
may('Brazil - listed without, seen with', '+551187654321', '5511987654321');
may('Mexico - listed without the 1, seen with', '+525512345678',
    '5215512345678');
may('Mexico - listed with the 1, seen without', '+5215512345678',
    '525512345678');
may('Argentina - listed with the 9, seen without', '+5491123456789',
    '541123456789');
may('Argentina - listed without, seen with', '+541123456789',
    '5491123456789');
may('Chile - the same number', '+56911111111', '56911111111');
may('United States - as people write it', '+1 (415) 555-2671', '14155552671');
may('the second of two', '+56922222222,+56911111111', '56911111111');

may('Ivory Coast - listed with ten digits, seen with eight',
    '+225 07 00 00 00 12', '22500000012');
may('Ivory Coast - listed with eight digits, seen with ten', '+22500000012',
    '2250700000012');
may('Ivory Coast - an old number of MTN', '+225 05 04 00 00 12',
    '22504000012');
may('Benin - listed with 01, seen without', '+229 01 97 00 00 12',
    '22997000012');
may('Gabon - listed as today, seen as before', '+241 077 16 00 12',
    '24107160012');
may('Cameroon - listed with the 6, seen without', '+237 6 97 00 00 12',
    '23797000012');

# As people write and paste it

for ([ '+44 (0) 7911 123456' => '447911123456' ],
     [ '+33 06 12 34 56 78' => '33612345678' ],
     [ "\xe2\x80\xad+56 9 1111 1111\xe2\x80\xac" => '56911111111' ],
     [ "\xe2\x81\xa8+56911111111\xe2\x81\xa9" => '56911111111' ],
     [ "+56\xc2\xa09\xe2\x80\xaf1111\xe2\x80\x871111" => '56911111111' ],
     [ "+1\xef\xb8\x8f-555-123-4567" => '15551234567' ],
     [ "+1\xe2\x80\x91555\xe2\x80\x93123\xe2\x88\x924567"
       => '15551234567' ])
{
    my ($written, $from) = @$_;

    is_deeply may('pasted - ' . $written =~ s/[^ -~]+/?/gr, $written, $from),
        [ "+$from" ], 'and the site is told digits';
}

# Other people

may_not('Brazil - another area', '+5511987654321', '5521987654321');
may_not('Brazil - another number', '+5511987654321', '5511987654322');
may_not('Brazil - a fixed line has no ninth digit', '+551132654321',
        '5511932654321');
may_not('Mexico - another number', '+525512345678', '5215512345679');
may_not('Argentina - another number', '+541123456789', '5491123456780');
may_not('Chile - without its 9 it is another', '+56911111111', '5611111111');
may_not('Ivory Coast - the same end with another operator',
        '+225 05 00 00 00 12', '22500000012');
may_not('Benin - a service', '+229 01 81 00 00 12', '22981000012');
may_not('Mauritius - no account is known under the old number',
        '+230 5700 0012', '2307000012');
may_not('Germany - a 9 after the country', '+4915112345678',
        '49915112345678');
may_not('one digit more', '+56911111111', '569111111112');
may_not('one digit less', '+56911111111', '5691111111');
may_not('the same end', '+56911111111', '57911111111');

# The list in the request and in the callback

is_deeply may('list - commas, spaces and signs', ' +56 (9) 1111-1111 , 5692.222'
              . '.2222', '56911111111'), [ '+56911111111', '+56922222222' ],
    'the site is told plus and digits';
is_deeply may('list - none', '', '56911111111'), [],
    'the site is told of nobody';

my $issued = $nginx->get("$ISSUE?authorized_numbers=56911111111"
    . '&authorized_numbers=%2B56922222222,56933333333',
    { Authorization => "Bearer $TOKEN" });
my $code = $issued->{json}{code};
my $id = $issued->{headers}{'whatsauth-id'};

is_deeply $nginx->get("/api/v1/verification/$id",
                      { Authorization => "Bearer $TOKEN" })
    ->{json}{authorized_numbers},
    [ '+56911111111', '+56922222222', '+56933333333' ],
    'list - repeated and with commas';
send_from($code, '56933333333');
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'and the last of it may';

# The app's own list, and one that takes its place

is_deeply may('app - a number of its list', undef, '56911111111',
              'token-of-tenant-staff'),
    [ '+56911111111', '+56922222222', '+5491123456789' ],
    'which the site is told';
may('app - in its other form', undef, '541123456789', 'token-of-tenant-staff');
may_not('app - nobody else', undef, '56933333333', 'token-of-tenant-staff');
is_deeply may("the code's own list", '+56933333333', '56933333333',
              'token-of-tenant-staff'), [ '+56933333333' ], 'is the only one';
may_not("the code's own list - takes the place of the app's", '+56933333333',
        '56911111111', 'token-of-tenant-staff');

# The third sender who may not

sub state_of {
    my ($code) = @_;

    return (grep { $_->{code} eq $code } $nginx->records)[0]{status};
}

$code = code_for('+56911111111');
send_from($code, '56922222222');
send_from($code, '56933333333');
is state_of($code), 'requested', 'two refused senders - the code waits';
send_from($code, '56911111111');
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'and validates for the right sender';

$code = code_for('+56911111111');
send_from($code, "5692222222$_") for 1 .. 3;

my $json = ($receiver->wait_for($code) // {})->{json};
is_deeply { map { $_ => $json->{$_} } qw( status error phone_number
                                          profile_name validated_at ) },
    { status => 'failed', error => 'phone_number_not_authorized',
      phone_number => undef, profile_name => undef, validated_at => undef },
    'three refused senders - the code fails, and nothing is said of whom';

send_from($code, '56911111111');
is state_of($code), 'failed', 'and the right sender comes too late';

# Somebody who may not, however often and in both spellings of the number, is
# one: nobody ends another's login alone.

sub counted {
    my ($code) = @_;

    return (grep { $_->{code} eq $code } $nginx->records)[0]{refusals};
}

$code = code_for('+56911111111');
my ($first, $second) = map { text_message(">>$code<<", from => $_) }
                           '56922222222', '5511987654321';
$nginx->message($_) for ($first, $second) x 3;

is counted($code), 2, 'two refused messages three times - are two';

send_from($code, $_) for ('5511987654321', '551187654321') x 3;
is counted($code), 2, 'one refused sender in two spellings - is one';
is state_of($code), 'requested', 'one refused sender - ends no code';
send_from($code, '56911111111');
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'one refused sender - nor keeps the right one from it';

unlike $nginx->error_log, qr/569(?:1111|2222|3333)/, 'the log has no number';

$nginx->stop;
done_testing;
