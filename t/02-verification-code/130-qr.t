# The QR code: a reader of other make finds the very bytes of the link in it.

use strict;
use warnings;

use lib 't/lib';
use Encode qw( encode_utf8 );
use Test::More;
use Test::WhatsAuth;

my $folder = slot_folder();
my $receiver = start_receiver();

my $nginx = start_nginx(quiet => 1,
    apps => join '',
    whatsauth_app(callback_url => $receiver->url('/204'),
                  more => 'sms on; sms_phone +14155550199; '
                          . 'callback_on validated;'),
    whatsauth_app(name => 'brief', token => 'token-of-tenant-brief',
                  callback_url => $receiver->url('/204'),
                  more => 'expires 1s;'),
    whatsauth_app(name => 'wide', token => 'token-of-tenant-wide',
                  callback_url => $receiver->url('/204'), more => <<'END'));
        link_message "Entrar a \"caf\303\251\"";
END

sub issue {
    my (%parameter) = @_;

    return $nginx->issue(qr => 1, %parameter);
}

# The path of the image, which has the same host as the request for the code.

sub path {
    my ($issued) = @_;

    my ($path) = $issued->{json}{qr}
        =~ m{\Ahttp://127\.0\.0\.1(/api/v1/qr/[0-9a-f-]{36}\.png)\z};

    return $path // die "$issued->{json}{qr}\n";
}

sub svg {
    my ($path) = @_;

    return $path =~ s/png\z/svg/r;
}

sub write_file {
    my ($name, $data) = @_;

    open my $out, '>:raw', "$folder/$name" or die "$folder/$name: $!\n";
    print $out $data;
    close $out;

    return "$folder/$name";
}

# The text that zbarimg reads in an image

sub decoded {
    my ($file) = @_;

    open my $in, '-|', 'zbarimg', '-q', '--nodbus', '--raw', '-Sdisable',
        '-Sqr.enable', $file or die "zbarimg: $!\n";
    local $/;

    return (<$in> // '') =~ s/\n\z//r;
}

sub decoded_svg {
    my ($image) = @_;

    my $file = write_file('qr.svg', $image);

    system('rsvg-convert', '-z', '4', '-o', "$folder/from_svg.png", $file) == 0
        or return 'rsvg-convert failed';

    return decoded("$folder/from_svg.png");
}

sub reads {
    my ($title, $issued) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $link = $issued->{json}{link};
    my $path = path($issued);

    my $png = $nginx->get($path);
    is $png->{status}, 200, "$title - has an image";
    is decoded(write_file('qr.png', $png->{body})), $link,
        'PNG - zbar reads the link';

    my $svg = $nginx->get(svg($path));
    is decoded_svg($svg->{body}), $link, 'SVG - zbar reads the link';

    return $png->{body}, $svg->{body};
}

sub png_size {
    return unpack 'x16 NN', $_[0];
}

my $issued = issue();
my ($png) = reads('link', $issued);

my ($width, $height) = png_size($png);
is $width, $height, 'PNG - is a square';
cmp_ok $width, '>=', 200, 'of 200 pixels at least';

reads('link_message of UTF-8', issue(
    link_message => encode_utf8("\x{f1}and\x{fa} \x{1f600} \"&<>'")));
reads('the link_message of the app', issue(token => 'token-of-tenant-wide'));
reads('sms', issue(channel => 'sms'));

reads('the longest link', issue(link_message => encode_utf8("\x{fc}" x 128)));

# Headers, and HEAD

my $path = path($issued);

for ([ $path, 'image/png' ], [ svg($path), 'image/svg+xml' ]) {
    my ($target, $type) = @$_;

    for my $method ('GET', 'HEAD') {
        my $answer = $nginx->request($method, $target);
        is $answer->{status}, 200, "$method $type - is there";
        is_deeply [ @{ $answer->{headers} }{qw( content-type cache-control )} ],
            [ $type, 'no-store' ], 'with its type, and not to be kept';
        is $answer->{headers}{'content-length'},
            length $nginx->get($target)->{body}, 'and its length';
        is length $answer->{body}, 0, 'HEAD - is without a body'
            if $method eq 'HEAD';
    }
}

unlike $issued->{json}{qr}, qr/$issued->{json}{code}/,
    'the URL does not have the code';

# A Host that cannot stand in a URL; a newer nginx refuses some by itself.

for my $host ('a"b', "a'b", 'a<b>', 'user@shop.test', 'a%2fb', 'a?b', 'a#b',
              "caf\303\251")
{
    my $answer = $nginx->get('/api/v1/verification_code?qr=1',
        { Authorization => "Bearer $TOKEN", Host => $host });
    like $answer->{json}{qr} // $answer->{status},
        qr{\A(?:http://localhost/api/v1/qr/|400\z)},
        "Host - $host is not echoed";
}

# Other methods and names

for my $method ('POST', 'PUT', 'DELETE', 'OPTIONS') {
    my $answer = $nginx->request($method, $path);
    is $answer->{status}, 405, "$method - is not allowed";
    is $answer->{headers}{allow}, 'GET, HEAD', 'but GET and HEAD are';
}

sub missing {
    my ($title, $target) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $answer = $nginx->get($target);
    is $answer->{status}, 404, $title;
    is $answer->{json}{error}, 'not_found', 'is not found';
}

my ($id) = $path =~ m{([0-9a-f-]{36})};
my $guess = $id =~ s/(.)\z/$1 eq '0' ? '1' : '0'/er;

missing("name - $_", "/api/v1/qr/$_") for '', 'x', '.png', $id, "$id.gif",
    "$id.PNG", "$id.png/", "$id.png.svg", "$guess.png", "$id.pn",
    "x/$id.png", $id =~ tr/-//dr . '.png', ('0' x 36) . '.png',
    '00000000-0000-4000-8000-000000000000.png';

# When there is none

my $none = $nginx->issue;
is $none->{json}{qr}, undef, 'without qr=1 - no image is spoken of';
missing('without qr=1 - none is made',
        "/api/v1/qr/$none->{headers}{'whatsauth-id'}.png");

$nginx->message(text_message(">>$issued->{json}{code}<<"));
missing('a used code, PNG', $path);
missing('a used code, SVG', svg($path));

my $brief = issue(token => 'token-of-tenant-brief');
is $nginx->get(path($brief))->{status}, 200, 'a code of one second';
select undef, undef, undef, 1.1;
missing('an expired code', path($brief));

$nginx->stop;

# Where the image is, for the world

sub at {
    my (%option) = @_;

    my $headers = delete $option{headers} // {};
    my $path = delete $option{path} // '/api/v1/verification_code';
    my $nginx = start_nginx(%option);
    my $qr = $nginx->get("$path?qr=1",
        { Authorization => "Bearer $TOKEN", %$headers })->{json}{qr};

    $nginx->stop;
    return $qr =~ s/[0-9a-f-]{36}\.png\z/ID/r;
}

is at(http => 'whatsauth_public_url https://login.shop.test;'),
    'https://login.shop.test/api/v1/qr/ID',
    'whatsauth_public_url - takes the place of the Host';
is at(http => 'whatsauth_public_url http://[2001:db8::1]:8443/;',
      headers => { Host => 'x.test' }),
    'http://[2001:db8::1]:8443/api/v1/qr/ID',
    'whatsauth_public_url - with a port, and a slash at its end';
is at(headers => { Host => 'login.test:8080' }),
    'http://login.test:8080/api/v1/qr/ID', 'Host - with its port';

# An endpoint alone: beside it, as if it had its own name.

my %path_of = (
    '/code' => '/', '/a/code' => '/a/', '/a/b/c' => '/a/b/',
    '/a/verification_code' => '/a/', '/a/x%22%5c%0d%25/caf%c3%a9/y' =>
        '/a/x%22%5C%0D%25/caf%C3%A9/',
);

for my $path (sort keys %path_of) {
    is at(path => $path, server =>
            'location ~ ^/(a/|code$) { whatsauth verification_code; }'),
        "http://127.0.0.1$path_of{$path}qr/ID",
        "an endpoint alone - asked at $path";
}

done_testing;
